import type { GpuHistory, GpuHistoryQuery } from 'gpu-metrics-bridge/contract';
import { useEffect, useState } from 'react';
import { continued, newestOf } from './history-window.ts';

interface Wanted {
  windowSeconds: number;
  maxPoints: number;
  /** Milliseconds between two looks; NEVER_MS while nobody looks. */
  pollInterval: number;
}

/**
 * Polls the sidecar's memory of the past: all of it once, and then what is new.
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
    let known: GpuHistory | undefined;
    const latest = async () => {
      const query = known && newestOf(known);
      const longer = known && query && continued(known, await ask(query), windowSeconds);
      return longer ?? (await ask({ windowSeconds, maxPoints }));
    };
    const poll = async () => {
      try {
        known = await latest();
        if (mounted) setHistory(known);
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

async function ask(query: GpuHistoryQuery): Promise<GpuHistory> {
  return (await window.electron.invoke('dashboard:get-gpu-history', query)) as GpuHistory;
}
