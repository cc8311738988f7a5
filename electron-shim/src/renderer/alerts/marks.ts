import { memoryPercent, type Gpu } from '../gpu/gpu.ts';
import type { Thresholds } from '../settings/preferences.tsx';

/** Which values of a GPU are above their threshold now. */
export interface Marks {
  busy: boolean;
  nearlyFull: boolean;
  hot: boolean;
}

/** Marks what is strictly above its threshold; what is unknown is not. */
export function marksOf(gpu: Gpu, thresholds: Thresholds): Marks {
  return {
    busy: gpu.utilization > thresholds.utilizationPercent,
    nearlyFull: memoryPercent(gpu) > thresholds.memoryPercent,
    hot: gpu.temperatureC > thresholds.temperatureC,
  };
}
