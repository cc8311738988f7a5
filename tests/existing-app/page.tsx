import { createRoot } from 'react-dom/client';
import { useGpuMetrics } from './use-gpu-metrics.ts';

const POLL_INTERVAL_MS = 500;

function Gpus() {
  return useGpuMetrics(POLL_INTERVAL_MS).map(({ gpuId, utilization }) => (
    <p key={gpuId}>{`${gpuId}: ${utilization} %`}</p>
  ));
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<Gpus />);
