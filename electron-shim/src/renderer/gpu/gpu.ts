import type { GpuMetrics as WireGpuMetrics } from 'gpu-metrics-bridge/contract';
import { isKnown } from './format.ts';
import type { GpuMetrics } from '../hooks/use-gpu-metrics.ts';

/**
 * A GPU with all that an answer may hold. The hook promises eight fields and hands the others
 * through, so that each of those may be missing.
 */
export type Gpu = GpuMetrics & Partial<Omit<WireGpuMetrics, keyof GpuMetrics>>;

/** What a GPU is called on its own computer: its id without the name of another one. */
export function localId({ gpuId, host }: Gpu): string {
  return host === undefined ? gpuId : gpuId.slice(`${host} · `.length);
}

/** How full the memory is, in percent; NaN when that is unknown. */
export function memoryPercent(gpu: Gpu): number {
  const { memoryUsedMB, memoryTotalMB } = gpu;
  return isKnown(memoryUsedMB) && memoryTotalMB > 0 ? (100 * memoryUsedMB) / memoryTotalMB : NaN;
}

/**
 * How near the temperature is to what the GPU slows down at, in percent; NaN when it is unknown.
 * Where that limit is unknown, 100 °C stands for it: no GPU works above that for long.
 */
export function temperaturePercent(gpu: Gpu): number {
  return Math.min(100, (100 * gpu.temperatureC) / (gpu.temperatureLimitC ?? 100));
}
