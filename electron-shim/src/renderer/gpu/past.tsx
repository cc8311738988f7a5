import type { GpuHistory } from 'gpu-metrics-bridge/contract';
import { createContext, use } from 'react';
import { Sparkline } from './sparkline.tsx';

/** The last minutes of all GPUs; null before they are known. */
export const PastContext = createContext<GpuHistory | null>(null);

interface PastProps {
  gpuId: string;
  className: string;
}

/** The utilization of one GPU over the last minutes. It alone is drawn anew when they are. */
export function Past({ gpuId, className }: PastProps) {
  const history = use(PastContext);
  const past = history?.gpus.find((each) => each.gpuId === gpuId);
  return <Sparkline values={past?.utilization} className={className} />;
}
