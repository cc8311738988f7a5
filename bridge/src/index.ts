export {
  createGpuMetricsBridge,
  type GpuMetricsBridge,
  type GpuMetricsBridgeOptions,
} from './bridge.ts';
export type {
  GpuMetrics,
  GpuOptionChanges,
  GpuOptions,
  GpuStatusReport,
  ProviderStatus,
} from './contract.ts';
export type { HookGpuMetrics } from './hook-values.ts';
export type { Logger } from './logger.ts';
export type { SidecarCommand } from './sidecar-process.ts';
export type { SidecarState, SidecarStatus } from './supervisor.ts';
