import { useState } from 'react';
import type { Gpu } from '../gpu/gpu.ts';
import { useGpuMetrics } from './use-gpu-metrics.ts';

/** The longest a timer can be (about 25 days): the next poll never comes. */
export const NEVER_MS = 2 ** 31 - 1;

export interface GpuFeed {
  gpus: readonly Gpu[];
  /** Whether the first answer is still to come. */
  waiting: boolean;
  loading: boolean;
  /** Why `gpus` are not newer. */
  error: Error | null;
  paused: boolean;
  setPaused: (paused: boolean) => void;
  refresh: () => void;
}

/**
 * The GPUs as the page shows them: the answers of `useGpuMetrics`, which stand still while paused.
 *
 * @param pollInterval Milliseconds; NEVER_MS while nobody looks.
 */
export function useGpuFeed(pollInterval: number): GpuFeed {
  // What was shown as the pause began. The hook asks once more when its interval changes.
  const [held, setHeld] = useState<Pick<GpuFeed, 'gpus' | 'error'> | null>(null);
  const [paused, setPaused] = useState(false);
  const { metrics, loading, error, refresh } = useGpuMetrics(paused ? NEVER_MS : pollInterval);
  const [answered, setAnswered] = useState(false);
  if (!loading && !answered) setAnswered(true);
  return {
    gpus: held?.gpus ?? metrics,
    error: held ? held.error : error,
    waiting: !answered,
    loading,
    paused,
    setPaused: (pause) => {
      setPaused(pause);
      setHeld(pause ? { gpus: metrics, error } : null);
    },
    refresh: () => {
      setHeld(null);
      void refresh();
    },
  };
}
