// The second generation of the existing app's hook: it makes a service anew on every render.
import { useCallback, useEffect, useState } from 'react';

interface Gpu {
  gpuId: string;
  utilization: number;
}

declare global {
  interface Window {
    electron: { invoke(channel: string): Promise<unknown> };
    /** How often the service has asked. */
    requests: number;
  }
}

window.requests = 0;

class IpcGpuMetricsServiceAdapter {
  getMetrics(): Promise<Gpu[]> {
    window.requests += 1;
    return window.electron.invoke('dashboard:get-gpu-metrics') as Promise<Gpu[]>;
  }
}

export function useGpuMetrics(pollInterval = 2000, service = new IpcGpuMetricsServiceAdapter()) {
  const [metrics, setMetrics] = useState<Gpu[]>([]);

  const refresh = useCallback(async () => {
    setMetrics(await service.getMetrics());
  }, [service]);

  useEffect(() => {
    void refresh();
    const timer = setInterval(() => void refresh(), pollInterval);
    return () => clearInterval(timer);
  }, [pollInterval, refresh]);

  return metrics;
}
