import { exposeGpuMetrics } from 'gpu-metrics-bridge/preload';
import { exposeLlmMetrics } from './llm-metrics-api.ts';

exposeGpuMetrics();
exposeLlmMetrics();
