import { expect, test } from 'vitest';
import type { GpuMetrics } from '../../bridge/src/contract.ts';
import { toHookValues } from '../../bridge/src/hook-values.ts';

const unknown: GpuMetrics = {
  gpuId: 'GPU-0',
  utilization: null,
  memoryUsedMB: null,
  memoryTotalMB: null,
  temperatureC: null,
  name: 'A GPU',
  vendor: 'nvidia',
  status: 'lost',
  memoryKind: 'dedicated',
  sampledAt: 1,
  alerts: [],
};

/** What the second-generation hook of the existing app demands of a list. */
function passesTheHooksValidator(gpus: readonly object[]): boolean {
  return gpus.every((gpu) => {
    const values = gpu as Record<string, unknown>;
    return (
      typeof values['gpuId'] === 'string' &&
      ['utilization', 'memoryUsedMB', 'memoryTotalMB', 'temperatureC'].every(
        (field) => typeof values[field] === 'number',
      )
    );
  });
}

test('unknown required values become NaN, and an unknown total 0', () => {
  expect(toHookValues([unknown])).toEqual([
    { ...unknown, utilization: NaN, memoryUsedMB: NaN, memoryTotalMB: 0, temperatureC: NaN },
  ]);
});

test('a GPU of which nothing is known still passes the strict validator of the hook', () => {
  expect(passesTheHooksValidator([unknown])).toBe(false);
  expect(passesTheHooksValidator(toHookValues([unknown]))).toBe(true);
});

test('measured values, 0 included, and alerts stay what they are', () => {
  const idle: GpuMetrics = {
    ...unknown,
    utilization: 0,
    memoryUsedMB: 0,
    memoryTotalMB: 24564,
    temperatureC: 31,
    alerts: [{ rule: 'unavailable', severity: 'warning', since: 1 }],
  };
  expect(toHookValues([idle])).toEqual([idle]);
});
