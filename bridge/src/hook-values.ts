import type { GpuMetrics } from './contract.ts';
import { BridgeError } from './errors.ts';

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

/**
 * Returns the sidecar's answer with values that the hook can carry.
 * @throws BridgeError when it is not a list of GPUs.
 */
export function toHookValues(gpus: unknown): HookGpuMetrics[] {
  if (!isGpuList(gpus)) {
    throw new BridgeError('invalid-answer', 'the sidecar did not answer with a list of GPUs');
  }
  return gpus.map((gpu) => ({
    ...gpu,
    utilization: gpu.utilization ?? NaN,
    memoryUsedMB: gpu.memoryUsedMB ?? NaN,
    memoryTotalMB: gpu.memoryTotalMB ?? 0,
    temperatureC: gpu.temperatureC ?? NaN,
  }));
}

function isGpuList(value: unknown): value is GpuMetrics[] {
  return Array.isArray(value) && value.every(isGpu);
}

function isGpu(value: unknown): boolean {
  const gpu = value as Partial<Record<keyof GpuMetrics, unknown>> | null;
  return (
    typeof gpu?.gpuId === 'string' &&
    [gpu.utilization, gpu.memoryUsedMB, gpu.memoryTotalMB, gpu.temperatureC].every(
      (number) => number === null || typeof number === 'number',
    )
  );
}
