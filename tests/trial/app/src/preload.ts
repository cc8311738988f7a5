import { exposeGpuMetrics } from 'gpu-metrics-bridge/preload';

exposeGpuMetrics();
