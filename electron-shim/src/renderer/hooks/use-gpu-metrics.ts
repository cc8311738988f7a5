import { useCallback, useEffect, useRef, useState } from 'react';

/** One GPU, as far as the existing app knows it. An unknown number is NaN, an unknown total 0. */
export interface GpuMetrics {
  gpuId: string;
  utilization: number;
  memoryUsedMB: number;
  memoryTotalMB: number;
  temperatureC: number;
  powerUsageW?: number;
  clockMHz?: number;
  processes?: string[];
}

/**
 * Polls the GPUs: the stand-in for the existing app's hook of this name, with the same behaviour.
 *
 * `loading` is true during each poll, the first included. `metrics` and `error` stay until the
 * next answer: an error keeps the last good metrics, and a good answer removes the error.
 */
export function useGpuMetrics(pollInterval = 2000) {
  const [metrics, setMetrics] = useState<GpuMetrics[]>([]);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<Error | null>(null);
  const mounted = useRef(false);

  const refresh = useCallback(async () => {
    setLoading(true);
    try {
      const answer = await window.electron.ipcRenderer.invoke('dashboard:get-gpu-metrics');
      if (!mounted.current) return;
      setMetrics(answer as GpuMetrics[]);
      setError(null);
    } catch (reason) {
      if (mounted.current) setError(reason as Error);
    } finally {
      if (mounted.current) setLoading(false);
    }
  }, []);

  useEffect(() => {
    mounted.current = true;
    void refresh();
    const timer = setInterval(() => void refresh(), pollInterval);
    return () => {
      mounted.current = false;
      clearInterval(timer);
    };
  }, [pollInterval, refresh]);

  return { metrics, loading, error, refresh };
}
