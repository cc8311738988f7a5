import type { GpuHistory, GpuOptionChanges, GpuStatusReport } from 'gpu-metrics-bridge/contract';
import { vi } from 'vitest';
import type { Gpu } from '../../electron-shim/src/renderer/gpu/gpu.ts';

type Answer<Result> = () => Promise<Result>;

/** Stands in for what the preload puts on the page; a test changes its answers as it goes. */
export class FakeElectron {
  metrics: Answer<unknown> = () => Promise.resolve([]);
  status: Answer<Partial<GpuStatusReport>> = () =>
    Promise.resolve({ providers: [], intervalMs: 2000, asleep: [] });
  history: Answer<GpuHistory> = () => Promise.resolve({ timestamps: [], gpus: [] });
  /** The channels called, in order. */
  readonly calls: string[] = [];
  /** What the options were changed to, in order. */
  readonly options: GpuOptionChanges[] = [];

  constructor() {
    const answers: Record<string, (payload: unknown) => Promise<unknown>> = {
      'dashboard:get-gpu-metrics': () => this.metrics(),
      'dashboard:get-gpu-status': () => this.status(),
      'dashboard:get-gpu-history': () => this.history(),
      'dashboard:set-gpu-options': (changes) => {
        this.options.push(changes as GpuOptionChanges);
        return Promise.resolve(changes);
      },
    };
    const invoke = (channel: string, payload?: unknown) => {
      this.calls.push(channel);
      return answers[channel]?.(payload) ?? Promise.reject(new Error(`no channel ${channel}`));
    };
    vi.stubGlobal('electron', { invoke, ipcRenderer: { invoke } });
    vi.stubGlobal('llmMetricsAPI', { getMetrics: () => new Promise(() => undefined) });
  }

  /** How often a channel was called. */
  count(channel: string): number {
    return this.calls.filter((each) => each === channel).length;
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
    alerts: [],
    ...more,
  };
}

/** A GPU of which nothing is known, as the bridge hands it to the page. */
export function anUnknownGpu(): Gpu {
  return aGpu({ utilization: NaN, memoryUsedMB: NaN, memoryTotalMB: 0, temperatureC: NaN });
}
