import type { GpuHistory } from 'gpu-metrics-bridge/contract';
import { useEffect, useState } from 'react';

interface Wanted {
  windowSeconds: number;
  maxPoints: number;
  /** Milliseconds between two looks; NEVER_MS while nobody looks. */
  pollInterval: number;
}

/**
 * Polls the sidecar's memory of the past.
 *
 * @returns The latest, or null before the first; also where the sidecar has none.
 */
export function useGpuHistory({
  windowSeconds,
  maxPoints,
  pollInterval,
}: Wanted): GpuHistory | null {
  const [history, setHistory] = useState<GpuHistory | null>(null);

  useEffect(() => {
    let mounted = true;
    const poll = async () => {
      try {
        const query = { windowSeconds, maxPoints };
        const answer = await window.electron.invoke('dashboard:get-gpu-history', query);
        if (mounted) setHistory(answer as GpuHistory);
      } catch {
        // The page already shows this error: the poll for metrics goes the same way.
      }
    };
    void poll();
    const timer = setInterval(() => void poll(), pollInterval);
    return () => {
      mounted = false;
      clearInterval(timer);
    };
  }, [windowSeconds, maxPoints, pollInterval]);

  return history;
}
