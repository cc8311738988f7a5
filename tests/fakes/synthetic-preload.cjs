// A preload that answers the page itself, at once, with as many GPUs as its window asks for: what
// is left to measure is the page.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a preload is CommonJS
const { contextBridge } = require('electron');

const GPUS = Number(process.argv.find((each) => each.startsWith('--gpus='))?.slice(7));

/** @type {{ location: { hash: string } }} */
const page = /** @type {any} */ (globalThis);
/** All, until the page's hash says how many are left. */
const count = () => Number(page.location.hash.slice(1) || GPUS);

// A table: the page's own work is measured, not the sines.
/** @type {number[]} */
const WAVE = Array.from({ length: 628 }, (_, i) => Math.round(50 + 49 * Math.sin(i / 100)));
/** @type {(gpu: number, moment: number) => number} */
const wave = (gpu, moment) => WAVE[(Math.floor(moment / 200) + 100 * gpu) % WAVE.length] ?? 0;

function metrics() {
  const sampledAt = Date.now();
  return Array.from({ length: count() }, (_, gpu) => ({
    gpuId: `GPU-${gpu}`,
    name: 'Synthetic GPU',
    vendor: 'nvidia',
    status: 'ok',
    memoryKind: 'dedicated',
    sampledAt,
    utilization: wave(gpu, sampledAt),
    memoryUsedMB: 100 * wave(gpu, sampledAt),
    memoryTotalMB: 24_576,
    memoryFreeMB: 1000,
    temperatureC: wave(gpu, sampledAt),
    powerUsageW: 3 * wave(gpu, sampledAt),
    powerLimitW: 450,
    clockMHz: 2520,
    fanPercent: 40,
    processCount: 1,
    throttleReasons: [],
    alerts: [],
  }));
}

/** @param {{ windowSeconds: number, maxPoints: number }} query */
function history({ windowSeconds, maxPoints }) {
  const step = (1000 * windowSeconds) / maxPoints;
  const end = Math.floor(Date.now() / step) * step;
  const timestamps = Array.from({ length: maxPoints }, (_, i) => end - (maxPoints - 1 - i) * step);
  const gpus = Array.from({ length: count() }, (_, gpu) => {
    const column = timestamps.map((moment) => wave(gpu, moment));
    return {
      gpuId: `GPU-${gpu}`,
      utilization: column,
      memoryUsedMB: column.map((value) => 100 * value),
      temperatureC: column,
      powerUsageW: column.map((value) => 3 * value),
    };
  });
  return { timestamps, gpus };
}

/** @type {Record<string, (payload: any) => unknown>} */
const ANSWERS = {
  'dashboard:get-gpu-metrics': metrics,
  'dashboard:get-gpu-history': history,
  'dashboard:get-gpu-status': () => ({ providers: [], intervalMs: 1000, asleep: [] }),
  'dashboard:set-gpu-options': (options) => options,
};

/** @type {(channel: string, payload: unknown) => Promise<unknown>} */
const invoke = (channel, payload) => Promise.resolve(ANSWERS[channel]?.(payload));
contextBridge.exposeInMainWorld('electron', { invoke, ipcRenderer: { invoke } });
