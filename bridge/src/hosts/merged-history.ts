import type { GpuHistory, GpuHistoryColumns } from '../contract.ts';

const COLUMNS = ['utilization', 'memoryUsedMB', 'temperatureC', 'powerUsageW'] as const;

/**
 * Puts the pasts of several computers on one time: the points of the first one, and as many before
 * them as another one has more.
 *
 * @param histories All by the same clock. Their points need not be at the same times.
 * @param maxPoints How many points the result has at most, the newest ones.
 * @param nowMs Milliseconds since the epoch: no point begins later.
 */
export function mergedHistory(
  histories: readonly GpuHistory[],
  maxPoints: number,
  nowMs: number,
): GpuHistory {
  const filled = histories.filter(({ timestamps }) => timestamps.length > 0);
  const stepMs = filled.map(stepOf).find((step) => step !== undefined);
  if (stepMs === undefined) {
    // One point each: that is now.
    return {
      timestamps: filled[0]?.timestamps ?? [],
      gpus: filled.flatMap(({ gpus }) => gpus),
    };
  }
  const timestamps = grid(filled, stepMs, maxPoints, nowMs);
  return { timestamps, gpus: filled.flatMap((history) => placed(history, timestamps, stepMs)) };
}

/** Counted from the epoch, as the sidecars do it, so that a point keeps its place. */
function grid(
  histories: readonly GpuHistory[],
  stepMs: number,
  maxPoints: number,
  nowMs: number,
): number[] {
  // The nearest ones: a point of another computer may begin anywhere between two of ours.
  const slots = histories.flatMap(({ timestamps }) =>
    [timestamps[0] ?? 0, timestamps.at(-1) ?? 0].map((each) => Math.ceil(each / stepMs - 0.5)),
  );
  const last = Math.min(Math.max(...slots), Math.floor(nowMs / stepMs));
  const first = Math.max(Math.min(...slots), last - maxPoints + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * stepMs);
}

/** Gives each point of the grid what was there in its middle. */
function placed(history: GpuHistory, grid: readonly number[], stepMs: number): GpuHistoryColumns[] {
  const ownStepMs = stepOf(history) ?? stepMs;
  const begin = history.timestamps[0] ?? 0;
  const sources = grid.map((each) => Math.floor((each + stepMs / 2 - begin) / ownStepMs));
  return history.gpus.map((gpu) => {
    const columns = { ...gpu };
    for (const name of COLUMNS) columns[name] = sources.map((index) => gpu[name][index] ?? null);
    return columns;
  });
}

/** How far apart the points are, in milliseconds; undefined for fewer than two. */
function stepOf({ timestamps: [first, second] }: GpuHistory): number | undefined {
  return first === undefined || second === undefined ? undefined : second - first;
}
