import type { GpuMetrics as WireGpuMetrics } from 'gpu-metrics-bridge/contract';
import type { GpuMetrics } from './hooks/use-gpu-metrics.ts';

/**
 * A GPU with all that an answer may hold. The hook promises eight fields and hands the others
 * through, so that each of those may be missing.
 */
export type Gpu = GpuMetrics & Partial<Omit<WireGpuMetrics, keyof GpuMetrics>>;
