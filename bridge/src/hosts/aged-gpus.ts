import type { GpuMetrics } from '../contract.ts';

/** Three of the usual intervals, as with a driver that does not answer. */
export const STALE_AFTER_MS = 6000;

/** By then two questions in a row have failed, even of a page that asks every ten seconds only. */
const ALARMING_AFTER_MS = 30_000;

/** By then nobody takes the last values for present ones any more. */
const LOST_AFTER_MS = 60_000;

/**
 * Returns GPUs as they are shown so long after they were told.
 * @param failed Whether there was no answer to the last question. Without one, as while the first
 *   answer after a sleep is awaited, old values alarm nobody.
 */
export function aged(gpus: readonly GpuMetrics[], ageMs: number, failed: boolean): GpuMetrics[] {
  if (ageMs < STALE_AFTER_MS) return [...gpus];
  const shown = gpus.map(ageMs < LOST_AFTER_MS ? stale : lost);
  return failed && ageMs >= ALARMING_AFTER_MS ? shown.map(alarming) : shown;
}

function stale(gpu: GpuMetrics): GpuMetrics {
  return { ...gpu, status: 'stale' };
}

/** The same GPU without what was read of it. */
function lost({ gpuId, name, vendor, memoryKind, memoryTotalMB, ...gpu }: GpuMetrics): GpuMetrics {
  return {
    gpuId,
    utilization: null,
    memoryUsedMB: null,
    memoryTotalMB,
    temperatureC: null,
    name,
    vendor,
    status: 'lost',
    memoryKind,
    sampledAt: gpu.sampledAt,
    alerts: gpu.alerts,
    ...(gpu.host !== undefined && { host: gpu.host }),
  };
}

/** With the alert that a sidecar raises for a GPU which it has no numbers of. */
function alarming(gpu: GpuMetrics): GpuMetrics {
  // Of a GPU that was lost before its computer was, the alert it has goes on.
  if (gpu.alerts.some(({ rule }) => rule === 'unavailable')) return gpu;
  const alert = { rule: 'unavailable', severity: 'warning', since: gpu.sampledAt } as const;
  return { ...gpu, alerts: [...gpu.alerts, alert] };
}
