import type { GpuMetrics } from '../contract.ts';

/** Three of the usual intervals, as with a driver that does not answer. */
export const STALE_AFTER_MS = 6000;

/** By then nobody takes the last values for present ones any more. */
const LOST_AFTER_MS = 60_000;

/** Returns GPUs as they are shown so long after they were told. */
export function aged(gpus: readonly GpuMetrics[], ageMs: number): GpuMetrics[] {
  if (ageMs < STALE_AFTER_MS) return [...gpus];
  if (ageMs < LOST_AFTER_MS) return gpus.map((gpu) => ({ ...gpu, status: 'stale' }));
  return gpus.map(lost);
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
