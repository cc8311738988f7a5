import { useState } from 'react';
import type { Gpu } from '../gpu/gpu.ts';
import { updatedLog, type AlertRecord } from './alert-log.ts';
import { firingAlerts, needsSomebody, occurrenceOf, type Alert } from './alert.ts';

export interface Alerts {
  /** What fires, needs somebody, and is not snoozed. */
  open: readonly Alert[];
  log: readonly AlertRecord[];
  /** Hides alerts until they have ended; one that comes back is shown again. */
  snooze: (alerts: readonly Alert[]) => void;
  isSnoozed: (alert: Alert) => boolean;
}

/** Follows the alerts of the GPUs, which must be the same array between two answers. */
export function useAlerts(gpus: readonly Gpu[]): Alerts {
  const [seen, setSeen] = useState<readonly Gpu[]>([]);
  const [log, setLog] = useState<readonly AlertRecord[]>([]);
  const [snoozed, setSnoozed] = useState<ReadonlySet<string>>(new Set());
  if (gpus !== seen) {
    setSeen(gpus);
    setLog(updatedLog(log, gpus, Date.now()));
  }
  const isSnoozed = (alert: Alert) => snoozed.has(occurrenceOf(alert));
  return {
    open: firingAlerts(gpus).filter((alert) => needsSomebody(alert) && !isSnoozed(alert)),
    log,
    snooze: (alerts) => setSnoozed(new Set([...snoozed, ...alerts.map(occurrenceOf)])),
    isSnoozed,
  };
}
