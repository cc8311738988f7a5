import type { MethodResults } from './contract.ts';

/** The IPC channels a page may use; each is also the name of the sidecar's method behind it. */
export const CHANNELS = [
  'dashboard:get-gpu-metrics',
  'dashboard:get-gpu-history',
  'dashboard:get-gpu-status',
  'dashboard:set-gpu-options',
] as const satisfies readonly (keyof MethodResults)[];

export type Channel = (typeof CHANNELS)[number];
