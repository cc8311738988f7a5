import type { GpuHistory, GpuHistoryQuery } from 'gpu-metrics-bridge/contract';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Gpu } from '../gpu/gpu.ts';
import { continued, newestOf, type Past } from './history-window.ts';

/** What is shown of the GPUs. */
export interface NowAndPast {
  gpus: readonly Gpu[];
  /** Null before it is known, and where the sidecar has none. */
  history: Past | null;
}

/** Of the time between two points: an answer that comes early must not wait for the one after it. */
const EARLY = 0.75;

/** How long new numbers may wait for the past that belongs to them: nobody sees them come later. */
const MOST_WAIT_MS = 100;

/**
 * Follows the sidecar's memory of the past: all of it once, and then what is new. It is asked when
 * the poll for metrics has brought new GPUs, once a new point may be there. Both are then shown at
 * once: where each came by itself, the page would be laid out and painted twice.
 *
 * @param gpus The latest answer of the poll for metrics, the same array until the next.
 */
export function useGpuHistory(
  gpus: readonly Gpu[],
  { windowSeconds, maxPoints }: Required<GpuHistoryQuery>,
): NowAndPast {
  const [shown, setShown] = useState<NowAndPast & { windowSeconds: number }>({
    gpus,
    history: null,
    windowSeconds,
  });
  const look = useRef<(gpus: readonly Gpu[]) => Promise<void>>(undefined);

  // Layout effects: what need not wait is shown in the same frame.
  useLayoutEffect(() => {
    let mounted = true;
    let newest: readonly Gpu[] = [];
    let known: Past | undefined;
    let dueAt = 0;
    const show = () => {
      if (mounted) setShown({ gpus: newest, history: known ?? null, windowSeconds });
    };
    const latest = async (): Promise<Past> => {
      const query = known && newestOf(known);
      const longer = known && query && continued(known, await ask(query), windowSeconds);
      if (longer) return longer;
      const askedAt = performance.now();
      return { askedAt, ...(await ask({ windowSeconds, maxPoints })) };
    };
    look.current = async (gpus) => {
      newest = gpus;
      const due = gpus.length > 0 && performance.now() >= dueAt;
      if (!due || !known) show();
      if (!due) return;
      dueAt = performance.now() + (EARLY * 1000 * windowSeconds) / maxPoints;
      const late = setTimeout(show, MOST_WAIT_MS);
      try {
        known = await latest();
      } catch {
        // The page already shows this error: the poll for metrics goes the same way.
      }
      clearTimeout(late);
      show();
    };
    return () => {
      mounted = false;
    };
  }, [windowSeconds, maxPoints]);

  useLayoutEffect(() => void look.current?.(gpus), [windowSeconds, maxPoints, gpus]);

  // Another window has another past, which is still to come.
  return shown.windowSeconds === windowSeconds ? shown : { gpus, history: null };
}

async function ask(query: GpuHistoryQuery): Promise<GpuHistory> {
  return (await window.electron.invoke('dashboard:get-gpu-history', query)) as GpuHistory;
}
