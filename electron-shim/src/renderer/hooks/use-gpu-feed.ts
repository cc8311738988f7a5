import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { Gpu } from '../gpu/gpu.ts';
import { useGpuMetrics } from './use-gpu-metrics.ts';

/** The longest a timer can be (about 25 days): the next poll never comes. */
export const NEVER_MS = 2 ** 31 - 1;

export interface GpuFeed {
  gpus: readonly Gpu[];
  /** Whether the first answer is still to come. */
  waiting: boolean;
  /** Why `gpus` are not newer. */
  error: Error | null;
  paused: boolean;
  /** The same from one render to the next, as `refresh` is. */
  setPaused: (paused: boolean) => void;
  refresh: () => void;
}

type Answer = Pick<GpuFeed, 'gpus' | 'error'>;

/**
 * The GPUs as the page shows them: the answers of `useGpuMetrics`, which stand still while paused.
 *
 * @param pollInterval Milliseconds; NEVER_MS while nobody looks.
 */
export function useGpuFeed(pollInterval: number): GpuFeed {
  // What was shown as the pause began. The hook asks once more when its interval changes.
  const [held, setHeld] = useState<Answer | null>(null);
  const [paused, setPaused] = useState(false);
  const { metrics, loading, error, refresh } = useGpuMetrics(paused ? NEVER_MS : pollInterval);
  const latest = useRef<Answer>({ gpus: metrics, error });
  useLayoutEffect(() => {
    latest.current = { gpus: metrics, error };
  }, [metrics, error]);
  const [answered, setAnswered] = useState(false);
  if (!loading && !answered) setAnswered(true);
  return {
    gpus: held?.gpus ?? metrics,
    error: held ? held.error : error,
    waiting: !answered,
    paused,
    setPaused: useCallback((pause: boolean) => {
      setPaused(pause);
      setHeld(pause ? latest.current : null);
    }, []),
    refresh: useCallback(() => {
      setHeld(null);
      void refresh();
    }, [refresh]),
  };
}
