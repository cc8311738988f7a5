import { useEffect, useReducer } from 'react';

const SECOND_MS = 1000;

/**
 * The time in milliseconds since the epoch, anew with each answer and every second after it: what
 * an answer changes is drawn in the same frame.
 */
export function useNow(answer: unknown): number {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, SECOND_MS);
    return () => clearInterval(timer);
  }, [answer]);
  return Date.now();
}
