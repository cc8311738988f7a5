import { useEffect, useState } from 'react';

/** What the worker that runs the model tells about itself. */
export interface WorkerMetrics {
  totalTokensProcessed: number;
  totalRequests: number;
  averageResponseTimeMs: number;
  errorCount: number;
  memoryUsageMB: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
  /** Whether no model is run. */
  simulated?: boolean;
}

/** More than five minutes at half a second. */
const MOST_SAMPLES = 660;

/**
 * Polls the worker while it is mounted.
 *
 * @returns The samples so far, oldest first, and why there is no newer one.
 */
export function useLlmMetrics(pollInterval: number) {
  const [samples, setSamples] = useState<readonly WorkerMetrics[]>([]);
  const [error, setError] = useState<Error | null>(null);

  useEffect(() => {
    let mounted = true;
    const poll = async () => {
      try {
        const answer = (await window.llmMetricsAPI.getMetrics()) as WorkerMetrics;
        if (!mounted) return;
        setSamples((before) => [...before, answer].slice(-MOST_SAMPLES));
        setError(null);
      } catch (reason) {
        if (mounted) setError(reason as Error);
      }
    };
    void poll();
    const timer = setInterval(() => void poll(), pollInterval);
    return () => {
      mounted = false;
      clearInterval(timer);
    };
  }, [pollInterval]);

  return { samples, error };
}
