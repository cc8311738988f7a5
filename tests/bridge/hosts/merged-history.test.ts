import { expect, test } from 'vitest';
import type { GpuHistory } from '../../../bridge/src/contract.ts';
import { mergedHistory } from '../../../bridge/src/hosts/merged-history.ts';

const NOW = 1_763_800_003_000;

/** The past of one GPU, whose utilization is these values and whose other values are unknown. */
function past(
  gpuId: string,
  begin: number,
  stepMs: number,
  utilization: (number | null)[],
): GpuHistory {
  const unknown = utilization.map(() => null);
  return {
    timestamps: utilization.map((_, index) => begin + index * stepMs),
    gpus: [
      { gpuId, utilization, memoryUsedMB: unknown, temperatureC: unknown, powerUsageW: unknown },
    ],
  };
}

function utilizations({ gpus }: GpuHistory): Record<string, (number | null)[]> {
  return Object.fromEntries(gpus.map(({ gpuId, utilization }) => [gpuId, utilization]));
}

test('what is alone stays as it is', () => {
  const only = past('GPU-0', 10_000, 2000, [1, 2, 3]);
  expect(mergedHistory([only], 300, NOW)).toEqual(only);
  expect(mergedHistory([{ timestamps: [], gpus: [] }], 300, NOW)).toEqual({
    timestamps: [],
    gpus: [],
  });
});

test.each([0, 900, -900])(
  'points %i ms apart from ours stand at the nearest of ours',
  (shiftMs) => {
    const ours = past('GPU-0', 10_000, 2000, [1, 2, 3]);
    const theirs = past('box · GPU-0', 10_000 + shiftMs, 2000, [7, 8, 9]);
    const merged = mergedHistory([ours, theirs], 3, NOW);
    expect(merged.timestamps).toEqual(ours.timestamps);
    expect(utilizations(merged)).toEqual({ 'GPU-0': [1, 2, 3], 'box · GPU-0': [7, 8, 9] });
  },
);

test('a point of another computer waits for its time to come', () => {
  const ours = past('GPU-0', 10_000, 2000, [1, 2]);
  const theirs = past('box · GPU-0', 11_800, 2000, [7, 8]);
  const merged = (nowMs: number) => mergedHistory([ours, theirs], 300, nowMs);
  expect(merged(13_900).timestamps).toEqual([10_000, 12_000]);
  expect(merged(14_000).timestamps).toEqual([10_000, 12_000, 14_000]);
});

test('where one tells nothing is a gap', () => {
  const ours = past('GPU-0', 10_000, 2000, [1, 2, 3, 4]);
  const theirs = past('box · GPU-0', 12_000, 2000, [8, null]);
  expect(utilizations(mergedHistory([ours, theirs], 300, NOW))).toEqual({
    'GPU-0': [1, 2, 3, 4],
    'box · GPU-0': [null, 8, null, null],
  });
});

test('whoever remembers more is not cut short, except to the points asked for', () => {
  const ours = past('GPU-0', 14_000, 2000, [3]);
  const theirs = past('box · GPU-0', 10_000, 2000, [7, 8, 9]);
  const both = mergedHistory([ours, theirs], 300, NOW);
  expect(both.timestamps).toEqual([10_000, 12_000, 14_000]);
  expect(utilizations(both)).toEqual({ 'GPU-0': [null, null, 3], 'box · GPU-0': [7, 8, 9] });
  expect(mergedHistory([ours, theirs], 2, NOW).timestamps).toEqual([12_000, 14_000]);
});

test('a computer without GPUs leaves the time to the others, still counted from the epoch', () => {
  const merged = mergedHistory(
    [{ timestamps: [], gpus: [] }, past('box · GPU-0', 10_300, 2000, [7, 8])],
    300,
    NOW,
  );
  expect(merged.timestamps).toEqual([10_000, 12_000]);
  expect(utilizations(merged)).toEqual({ 'box · GPU-0': [7, 8] });
});

test('one point each is now', () => {
  const merged = mergedHistory(
    [past('GPU-0', 10_000, 1, [1]), past('b', 10_700, 1, [2])],
    300,
    NOW,
  );
  expect(merged.timestamps).toEqual([10_000]);
  expect(utilizations(merged)).toEqual({ 'GPU-0': [1], b: [2] });
});

test('points that are otherwise apart are told as often as ours', () => {
  const ours = past('GPU-0', 12_000, 2000, [1, 2, 3, 4]);
  const rarer = past('box · GPU-0', 12_000, 4000, [7, 8]);
  expect(utilizations(mergedHistory([ours, rarer], 300, NOW))['box · GPU-0']).toEqual([7, 7, 8, 8]);
});

test('a point at the beginning of time does not make a past of fifty years', () => {
  const ours = past('GPU-0', 1_763_800_000_000, 2000, [1, 2]);
  const odd = past('box · GPU-0', 0, 2000, [7, 8]);
  expect(mergedHistory([ours, odd], 300, NOW).timestamps).toHaveLength(300);
});
