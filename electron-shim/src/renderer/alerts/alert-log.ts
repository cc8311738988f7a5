import type { Gpu } from '../gpu/gpu.ts';
import { firingAlerts, occurrenceOf, type Alert } from './alert.ts';

/** An alert that fires, or has fired. */
export interface AlertRecord extends Alert {
  /** When it was seen to have ended, in milliseconds since the epoch; null while it fires. */
  endedAt: number | null;
}

/** A day with an alert every few minutes; older ones are forgotten. */
const MOST_RECORDS = 200;

/** Returns the log after an answer, the newest alert first; the same log when nothing changed. */
export function updatedLog(
  log: readonly AlertRecord[],
  gpus: readonly Gpu[],
  now: number,
): readonly AlertRecord[] {
  const firing = new Map(firingAlerts(gpus).map((alert) => [occurrenceOf(alert), alert]));
  const known = new Set(log.map(occurrenceOf));
  const begun = [...firing.values()].filter((alert) => !known.has(occurrenceOf(alert)));
  const kept = log.map((record) => {
    if (record.endedAt !== null) return record;
    const alert = firing.get(occurrenceOf(record));
    if (!alert) return { ...record, endedAt: now };
    return alert.severity === record.severity ? record : { ...record, severity: alert.severity };
  });
  if (begun.length === 0 && kept.every((record, index) => record === log[index])) return log;
  return [...begun.map((alert) => ({ ...alert, endedAt: null })), ...kept].slice(0, MOST_RECORDS);
}
