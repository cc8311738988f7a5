import { expect, test } from 'vitest';
import {
  continued,
  newestOf,
  type Past,
} from '../../electron-shim/src/renderer/hooks/history-window.ts';

/** Points of some GPUs, two seconds apart, whose values are the number of the point. */
function past(from: number, to: number, gpuIds = ['GPU-0']): Past {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return {
    askedAt: 0,
    timestamps: numbers.map((number) => 2000 * number),
    gpus: gpuIds.map((gpuId) => ({
      gpuId,
      utilization: numbers,
      memoryUsedMB: numbers,
      temperatureC: numbers,
      powerUsageW: numbers,
    })),
  };
}

test('what is asked for anew is the last four points, as close to each other as those known', () => {
  expect(newestOf(past(1, 60))).toEqual({ windowSeconds: 8, maxPoints: 4 });
});

test('of a past of a single point it is unknown how close they are', () => {
  expect(newestOf(past(1, 1))).toBeUndefined();
});

test('new points follow the known ones, and the oldest leave the window', () => {
  expect(continued(past(1, 60), past(58, 61), 120)).toEqual(past(2, 61));
});

test('a past that is continued tells when all of it was asked for', () => {
  const known = { ...past(1, 60), askedAt: 5 };
  expect(continued(known, past(58, 61), 120)?.askedAt).toBe(5);
});

test('a past that does not fill its window yet grows', () => {
  expect(continued(past(1, 3), past(1, 4), 120)).toEqual(past(1, 4));
});

test('the last point known may have changed since', () => {
  const newest = past(58, 61);
  newest.gpus[0]?.utilization.splice(2, 1, 99);
  const utilization = continued(past(1, 60), newest, 120)?.gpus[0]?.utilization;
  expect(utilization?.slice(-3)).toEqual([59, 99, 61]);
});

test('a GPU of which there is nothing new has a gap', () => {
  const [, lost] = continued(past(1, 60, ['GPU-0', 'GPU-1']), past(58, 61), 120)?.gpus ?? [];
  expect(lost?.gpuId).toBe('GPU-1');
  expect(lost?.powerUsageW.slice(-5)).toEqual([57, null, null, null, null]);
  expect(lost?.powerUsageW).toHaveLength(60);
});

test.each([
  ['too much time is between them', past(62, 65)],
  ['the clock was set back', past(10, 13)],
  ['a GPU is new', past(58, 61, ['GPU-0', 'GPU-1'])],
  ['the points are further apart', { ...past(59, 60), timestamps: [118_000, 122_000] }],
  ['there is nothing', { ...past(1, 0), gpus: [] }],
])('a past is not continued where %s', (_why, newest) => {
  expect(continued(past(1, 60), newest, 120)).toBeUndefined();
});
