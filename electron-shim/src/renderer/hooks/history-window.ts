import type { GpuHistory, GpuHistoryColumns, GpuHistoryQuery } from 'gpu-metrics-bridge/contract';

/** The past as the page knows it: all of it as once asked for, and what was new since. */
export interface Past extends GpuHistory {
  /**
   * When all of it was asked for, by performance.now(). As long as that is the same, values have only
   * been added, but for the newest.
   */
  askedAt: number;
}

/** Of points half a second apart, as close as they come, these make whole seconds. */
export const NEWEST_POINTS = 4;

/** What to ask for to continue a past; undefined when it is too short to tell how far apart its points are. */
export function newestOf(history: GpuHistory): Required<GpuHistoryQuery> | undefined {
  const stepMs = stepOf(history);
  if (stepMs === undefined) return undefined;
  return { windowSeconds: (NEWEST_POINTS * stepMs) / 1000, maxPoints: NEWEST_POINTS };
}

/**
 * Continues a past with its newest points: those that both have may have changed.
 *
 * @returns The past of as many points as fit into the window; undefined when the two do not fit
 * together, since too much time is between them, the points are otherwise apart, or a GPU is new.
 */
export function continued(
  known: Past,
  newest: GpuHistory,
  windowSeconds: number,
): Past | undefined {
  const stepMs = stepOf(known);
  const begin = known.timestamps.indexOf(newest.timestamps[0] ?? NaN);
  const end = begin + newest.timestamps.length;
  const areKnown = newest.gpus.every((gpu) => gpusOf(known).has(gpu.gpuId));
  // Where the clock was set back, the newest points end before the known ones do.
  if (!stepMs || begin < 0 || end < known.timestamps.length || !areKnown) return undefined;
  if (newest.timestamps.length > 1 && stepOf(newest) !== stepMs) return undefined;
  const first = Math.max(0, end - Math.ceil((1000 * windowSeconds) / stepMs));
  const join = <Value>(old: readonly Value[], fresh: readonly Value[]) =>
    old.slice(first, begin).concat(fresh);
  const nothing = newest.timestamps.map(() => null);
  const freshGpus = gpusOf(newest);
  return {
    askedAt: known.askedAt,
    timestamps: join(known.timestamps, newest.timestamps),
    gpus: known.gpus.map((gpu) => {
      // Of a GPU that is lost there is nothing new.
      const fresh = freshGpus.get(gpu.gpuId);
      return {
        gpuId: gpu.gpuId,
        utilization: join(gpu.utilization, fresh?.utilization ?? nothing),
        memoryUsedMB: join(gpu.memoryUsedMB, fresh?.memoryUsedMB ?? nothing),
        temperatureC: join(gpu.temperatureC, fresh?.temperatureC ?? nothing),
        powerUsageW: join(gpu.powerUsageW, fresh?.powerUsageW ?? nothing),
      };
    }),
  };
}

function gpusOf({ gpus }: GpuHistory): Map<string, GpuHistoryColumns> {
  return new Map(gpus.map((gpu) => [gpu.gpuId, gpu]));
}

/** How far apart the points are, in milliseconds; undefined for fewer than two. */
function stepOf({ timestamps: [first, second] }: GpuHistory): number | undefined {
  return first === undefined || second === undefined ? undefined : second - first;
}
