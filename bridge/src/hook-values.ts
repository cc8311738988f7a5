import type { GpuMetrics } from './contract.ts';

/**
 * A GPU as the `useGpuMetrics` hook can carry it. Its validator lets a list pass only if these
 * four are numbers, so that unknown is `NaN`, and `0` for the total, which its panel guards.
 */
export interface HookGpuMetrics extends GpuMetrics {
  utilization: number;
  memoryUsedMB: number;
  memoryTotalMB: number;
  temperatureC: number;
}

/** Returns the sidecar's answer with values that the hook can carry. */
export function toHookValues(gpus: readonly GpuMetrics[]): HookGpuMetrics[] {
  return gpus.map((gpu) => ({
    ...gpu,
    utilization: gpu.utilization ?? NaN,
    memoryUsedMB: gpu.memoryUsedMB ?? NaN,
    memoryTotalMB: gpu.memoryTotalMB ?? 0,
    temperatureC: gpu.temperatureC ?? NaN,
  }));
}
