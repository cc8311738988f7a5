import type { GpuStatusReport } from 'gpu-metrics-bridge/contract';
import { useEffect, useState } from 'react';

/**
 * Polls where the numbers come from, and why there are none if there are none.
 *
 * @returns The latest report, or null before the first.
 */
export function useGpuStatus(pollInterval = 2000): GpuStatusReport | null {
  const [report, setReport] = useState<GpuStatusReport | null>(null);

  useEffect(() => {
    let mounted = true;
    const poll = async () => {
      try {
        const answer = await window.electron.invoke('dashboard:get-gpu-status');
        if (mounted)
          setReport((known) => (isSame(known, answer) ? known : (answer as GpuStatusReport)));
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
  }, [pollInterval]);

  return report;
}

/** Nearly every report repeats the one before it, and then nothing is drawn anew. */
function isSame(known: GpuStatusReport | null, answer: unknown): boolean {
  return JSON.stringify(known) === JSON.stringify(answer);
}
