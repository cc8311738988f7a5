// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { GpuCard } from '../../electron-shim/src/renderer/gpu-card.tsx';
import type { Gpu } from '../../electron-shim/src/renderer/gpu.ts';
import { aGpu, anUnknownGpu } from './fake-electron.ts';
import { render, type Rendered } from './render.tsx';

test('shows every field of an answer with its unit', async () => {
  const card = await shown({
    powerUsageW: 285,
    clockMHz: 2520,
    processes: ['ollama', 'python'],
    processCount: 2,
    memoryFreeMB: 16441,
    powerLimitW: 450,
    fanPercent: 44,
    temperatureLimitC: 90,
    throttleReasons: ['power limit', 'temperature'],
    alerts: [{ rule: 'temperature', severity: 'critical', since: 0 }],
    encoderUtilization: 0,
    decoderUtilization: 3,
  });
  expect(fields(card)).toEqual({
    gpuId: 'GPU-0',
    vendor: 'NVIDIA',
    status: 'OK',
    name: 'NVIDIA GeForce RTX 4090',
    utilization: '37 %',
    memory: '8,123 / 24,564 MiB',
    memoryFreeMB: '16,441 MiB free',
    temperatureC: '61 °C',
    powerUsageW: '285.0 W',
    clockMHz: '2,520 MHz',
    temperatureLimitC: '90 °C',
    powerLimitW: '450.0 W',
    fanPercent: '44 %',
    encoderUtilization: '0 %',
    decoderUtilization: '3 %',
    processCount: '2',
    memoryKind: 'dedicated',
    sampledAt: '09:05:07',
    throttleReasons: 'power limit, temperature',
    alerts: 'temperature',
    processes: 'ollama, python',
  });
});

test('shows a dash for each value that is unknown, and no empty bar', async () => {
  const card = await render(<GpuCard gpu={anUnknownGpu()} />);
  expect(fields(card)).toEqual({
    gpuId: 'GPU-0',
    vendor: 'NVIDIA',
    status: 'OK',
    name: 'NVIDIA GeForce RTX 4090',
    utilization: '—',
    memory: '—',
    memoryFreeMB: '— free',
    temperatureC: '—',
    powerUsageW: '—',
    clockMHz: '—',
    temperatureLimitC: '—',
    powerLimitW: '—',
    fanPercent: '—',
    encoderUtilization: '—',
    decoderUtilization: '—',
    processCount: '—',
    memoryKind: 'dedicated',
    sampledAt: '09:05:07',
    throttleReasons: '—',
    alerts: '—',
  });
  expect(card.page.querySelector('[role=meter]')).toBeNull();
  expect(card.page.textContent).not.toMatch(/NaN|N\/A|undefined|null/);
});

test('shows the eight fields of the hook when an answer has no others', async () => {
  const { gpuId, utilization, memoryUsedMB, memoryTotalMB, temperatureC } = aGpu();
  const bare = { gpuId, utilization, memoryUsedMB, memoryTotalMB, temperatureC };
  const card = await render(<GpuCard gpu={bare} />);
  expect(fields(card)).toMatchObject({ name: '—', vendor: '—', status: '—', sampledAt: '—' });
});

test('a zero is a value, not unknown', async () => {
  const card = await shown({ utilization: 0, memoryUsedMB: 0, throttleReasons: [] });
  expect(fields(card)).toMatchObject({
    utilization: '0 %',
    memory: '0 / 24,564 MiB',
    throttleReasons: 'none',
  });
  expect(card.page.querySelectorAll('[role=meter]')).toHaveLength(2);
});

test.each([
  [{ memoryUsedMB: NaN }, '— / 24,564 MiB'],
  [{ memoryTotalMB: 0 }, '8,123 / — MiB'],
])('half-known memory %o is shown as %s without a bar', async (memory, text) => {
  const card = await shown(memory);
  expect(fields(card)['memory']).toBe(text);
  expect(card.page.querySelector('[role=meter][aria-label=Memory]')).toBeNull();
});

test.each([
  ['asleep', 'Asleep'],
  ['stale', 'Not answering'],
  ['lost', 'Lost'],
] as const)('says in words that a GPU is %s', async (status, words) => {
  expect(fields(await shown({ status }))['status']).toBe(words);
});

test('marks a simulated GPU', async () => {
  const card = await shown({ vendor: 'simulated' });
  expect(card.text('[data-vendor=simulated]')).toBe('Simulated');
});

function shown(more: Partial<Gpu>): Promise<Rendered> {
  return render(<GpuCard gpu={aGpu(more)} />);
}

function fields(card: Rendered): Record<string, string> {
  const elements = [...card.page.querySelectorAll<HTMLElement>('[data-field]')];
  return Object.fromEntries(
    elements.map((element) => [element.dataset['field'], element.textContent]),
  ) as Record<string, string>;
}
