import { vi } from 'vitest';
import type { Gpu } from '../../electron-shim/src/renderer/gpu.ts';

type Answer = () => Promise<unknown>;

/** Stands in for what the preload puts on the page; a test changes its answers as it goes. */
export class FakeElectron {
  metrics: Answer = () => Promise.resolve([]);
  status: Answer = () => Promise.resolve({ providers: [], intervalMs: 2000, asleep: [] });
  /** The channels called, in order. */
  readonly calls: string[] = [];

  constructor() {
    const invoke = (channel: string) => {
      this.calls.push(channel);
      return channel === 'dashboard:get-gpu-metrics' ? this.metrics() : this.status();
    };
    vi.stubGlobal('electron', { invoke, ipcRenderer: { invoke } });
  }
}

/** A GPU of which everything required is known; `more` changes it. */
export function aGpu(more: Partial<Gpu> = {}): Gpu {
  return {
    gpuId: 'GPU-0',
    utilization: 37,
    memoryUsedMB: 8123,
    memoryTotalMB: 24564,
    temperatureC: 61,
    name: 'NVIDIA GeForce RTX 4090',
    vendor: 'nvidia',
    status: 'ok',
    memoryKind: 'dedicated',
    sampledAt: new Date(2026, 0, 1, 9, 5, 7).getTime(),
    ...more,
  };
}

/** A GPU of which nothing is known, as the bridge hands it to the page. */
export function anUnknownGpu(): Gpu {
  return aGpu({ utilization: NaN, memoryUsedMB: NaN, memoryTotalMB: 0, temperatureC: NaN });
}
