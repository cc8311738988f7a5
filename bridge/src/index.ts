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
  HostStatus,
  ProviderStatus,
} from './contract.ts';
export type { GpuHost } from './hosts/gpu-host.ts';
export type { HookGpuMetrics } from './hook-values.ts';
export type { Logger } from './logger.ts';
export type { SidecarCommand } from './sidecar-process.ts';
export type { SidecarState, SidecarStatus } from './supervisor.ts';
export { sshHost } from './hosts/ssh-host.ts';
