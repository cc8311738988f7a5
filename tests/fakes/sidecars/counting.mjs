// A sidecar that takes its time. The `sampledAt` of its one GPU is how many polls have come so far.
import { createInterface } from 'node:readline';

/** Longer than a page needs to ask hundreds of times. */
const DELAY_MS = 500;

const gpu = {
  gpuId: 'GPU-0',
  utilization: null,
  memoryUsedMB: null,
  memoryTotalMB: null,
  temperatureC: null,
  name: 'Counter',
  vendor: 'simulated',
  status: 'ok',
  memoryKind: 'dedicated',
  alerts: [],
};
/** @type {Record<string, () => unknown>} */
const answers = {
  'sidecar:hello': () => ({
    protocolVersion: 1,
    sidecarVersion: '0',
    pid: process.pid,
    methods: [],
  }),
  'dashboard:get-gpu-metrics': () => [{ ...gpu, sampledAt: ++polls }],
  'dashboard:get-gpu-status': () => ({ providers: [], intervalMs: 2000, asleep: [] }),
};
let polls = 0;

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const result = answers[method]?.();
  const write = () => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  if (method === 'sidecar:hello') write();
  else setTimeout(write, DELAY_MS);
});
