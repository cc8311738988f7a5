// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { GpuAllFacts } from '../../electron-shim/src/renderer/gpu/gpu-all-facts.tsx';
import { GpuCard } from '../../electron-shim/src/renderer/gpu/gpu-card.tsx';
import { GpuTile } from '../../electron-shim/src/renderer/gpu/gpu-tile.tsx';
import type { Gpu } from '../../electron-shim/src/renderer/gpu/gpu.ts';
import { aGpu, anUnknownGpu } from './fake-electron.ts';
import { render, type Rendered } from './render.tsx';

const ALL_KNOWN = {
  powerUsageW: 285,
  clockMHz: 2520,
  processes: ['ollama', 'python'],
  processCount: 2,
  memoryFreeMB: 16441,
  powerLimitW: 450,
  energyConsumedJ: 1234568,
  fanPercent: 44,
  temperatureLimitC: 90,
  throttleReasons: ['power limit reached', 'external power brake'],
  encoderUtilization: 0,
  decoderUtilization: 3,
};

test('a card shows what matters with its unit', async () => {
  expect(fields(await card(ALL_KNOWN))).toEqual({
    gpuId: 'GPU-0',
    name: 'NVIDIA GeForce RTX 4090',
    utilization: '37 %',
    memory: '7.9 / 24.0 GiB',
    temperatureC: '61 °C',
    clockMHz: '2,520 MHz',
    memoryFreeMB: '16.1 GiB',
    fanPercent: '44 %',
    processCount: '2',
    power: '285 / 450 W',
    sampledAt: '09:05:07',
    note: 'Held back: power limit reached, external power brake',
  });
});

test('the detail shows everything else', async () => {
  const facts = await render(<GpuAllFacts gpu={aGpu(ALL_KNOWN)} />);
  expect(fields(facts)).toEqual({
    memoryFreeMB: '16.1 GiB',
    powerUsageW: '285.0 W',
    powerLimitW: '450.0 W',
    energyConsumedJ: '342.9 Wh',
    clockMHz: '2,520 MHz',
    fanPercent: '44 %',
    temperatureLimitC: '90 °C',
    encoderUtilization: '0 %',
    decoderUtilization: '3 %',
    processCount: '2',
    memoryKind: 'Its own',
    sampledAt: '09:05:07',
    processes: 'ollama, python',
  });
});

test('what is unknown is a dash, without a bar', async () => {
  const unknown = await card(anUnknownGpu());
  expect(fields(unknown)).toMatchObject({
    utilization: '—',
    memory: '— / — GiB',
    temperatureC: '—',
    clockMHz: '—',
    memoryFreeMB: '—',
    fanPercent: '—',
    processCount: '—',
    power: '—',
    note: 'Whether something holds it back is unknown.',
  });
  expect(unknown.page.querySelector('[role=meter]')).toBeNull();
  expect(unknown.page.textContent).not.toMatch(/NaN|N\/A|undefined|null/);
});

test('a tile of an unknown GPU has dashes and no bars', async () => {
  const tile = await render(
    <GpuTile
      gpu={anUnknownGpu()}
      grouped={false}
      selected={false}
      onSelect={ignore}
      onOpen={ignore}
    />,
  );
  expect(fields(tile)).toEqual({
    gpuId: 'GPU-0',
    utilization: '—',
    memoryPercent: '—',
    temperatureC: '—',
  });
  expect(tile.page.querySelector('[role=meter]')).toBeNull();
});

test('shows the fields of the hook when an answer has no others', async () => {
  const { gpuId, utilization, memoryUsedMB, memoryTotalMB, temperatureC } = aGpu();
  const bare = { gpuId, utilization, memoryUsedMB, memoryTotalMB, temperatureC };
  const shown = await render(
    <GpuCard gpu={bare} grouped={false} selected={false} onSelect={ignore} onOpen={ignore} />,
  );
  expect(fields(shown)).toMatchObject({ name: '—', utilization: '37 %', sampledAt: '—' });
});

test('a zero is a value, not unknown', async () => {
  const idle = await card({ utilization: 0, memoryUsedMB: 0, throttleReasons: [] });
  expect(fields(idle)).toMatchObject({
    utilization: '0 %',
    memory: '0.0 / 24.0 GiB',
    note: 'Nothing holds it back.',
  });
  expect(idle.page.querySelectorAll('[role=meter]')).toHaveLength(3);
});

test.each([
  [{ memoryUsedMB: NaN }, '— / 24.0 GiB'],
  [{ memoryTotalMB: 0 }, '7.9 / — GiB'],
])('half-known memory %o is shown as %s without a bar', async (memory, text) => {
  const shown = await card(memory);
  expect(fields(shown)['memory']).toBe(text);
  expect(shown.page.querySelector('[role=meter][aria-label=Memory]')).toBeNull();
});

test.each([
  ['asleep', 'Asleep', /does not wake it/],
  ['stale', 'Not answering', /has not answered/],
  ['lost', 'Lost', /is gone/],
] as const)('says in words that a GPU is %s, and what that means', async (status, word, note) => {
  const shown = await card({ status });
  expect(shown.text(`[data-condition=${status}]`)).toBe(word);
  expect(fields(shown)['note']).toMatch(note);
});

test('unified memory is told apart', async () => {
  expect(fields(await card({ memoryKind: 'unified' }))['note']).toMatch(/^Unified/);
});

test.each([
  ['busy', { utilization: 91 }, { utilization: 90 }],
  [
    'nearlyFull',
    { memoryUsedMB: 901, memoryTotalMB: 1000 },
    { memoryUsedMB: 900, memoryTotalMB: 1000 },
  ],
  ['hot', { temperatureC: 81 }, { temperatureC: 80 }],
] as const)('%s is marked strictly above its threshold, with a word', async (mark, over, at) => {
  expect((await card(over)).text(`[data-condition=${mark}]`)).toMatch(/^(Busy|Nearly full|Hot)$/);
  expect((await card(at)).text(`[data-condition=${mark}]`)).toBeNull();
});

test('marks a simulated GPU', async () => {
  expect((await card({ vendor: 'simulated' })).text('[data-field=simulated]')).toBe('Simulated');
});

function card(more: Partial<Gpu>): Promise<Rendered> {
  return render(
    <GpuCard gpu={aGpu(more)} grouped={false} selected={false} onSelect={ignore} onOpen={ignore} />,
  );
}

function ignore(): void {
  // Nobody presses anything here.
}

function fields(shown: Rendered): Record<string, string> {
  const elements = [...shown.page.querySelectorAll<HTMLElement>('[data-field]')];
  return Object.fromEntries(
    elements.map((element) => [element.dataset['field'], element.textContent]),
  ) as Record<string, string>;
}
