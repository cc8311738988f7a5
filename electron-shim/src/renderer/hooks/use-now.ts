import { useEffect, useReducer } from 'react';

/** A second and a bit: of answers a second apart each comes first, and the page is drawn once for it. */
const TICK_MS = 1100;

/**
 * The time in milliseconds since the epoch, anew with each answer and about every second after it:
 * what an answer changes is drawn in the same frame.
 */
export function useNow(answer: unknown): number {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [answer]);
  return Date.now();
}
