import { createRoot } from 'react-dom/client';
import { useGpuMetrics } from './use-gpu-metrics';

declare global {
  interface Window {
    electron: { ipcRenderer: { invoke(channel: string): Promise<unknown> } };
  }
}

function Gpus() {
  const { metrics, error } = useGpuMetrics();
  if (error) return <p>{error.message}</p>;
  return metrics.map(({ gpuId, utilization, memoryUsedMB }) => (
    <p key={gpuId}>{`${gpuId}: ${utilization} %, ${memoryUsedMB} MB`}</p>
  ));
}

createRoot(document.getElementById('root')).render(<Gpus />);
