export { createGpuMetricsBridge, type GpuMetricsBridgeOptions } from './bridge.ts';
export type { GpuMetrics, GpuStatusReport, ProviderStatus } from './contract.ts';
export type { HookGpuMetrics } from './hook-values.ts';
export type { Logger } from './logger.ts';
export type { SidecarCommand } from './sidecar-process.ts';
