// @vitest-environment happy-dom
import type { HostStatus, ProviderStatus } from 'gpu-metrics-bridge/contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { LlmMetricsDashboard } from '../../electron-shim/src/renderer/dashboard/llm-metrics-dashboard.tsx';
import type { Gpu } from '../../electron-shim/src/renderer/gpu/gpu.ts';
import { aGpu, FakeElectron } from './fake-electron.ts';
import { pass, render, type Rendered } from './render.tsx';

const UNREACHABLE = {
  state: 'unavailable',
  reason: 'This computer cannot be reached.',
  action: 'Make sure that it is switched on and connected.',
} as const;

let electron: FakeElectron;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  electron = new FakeElectron();
});

test('without other computers the GPUs are in no group', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=gpu-card] h2')).toBe('GPU-0');
  expect(page.page.querySelector('[data-testid=computer]')).toBeNull();
});

test('GPUs stand below the name of their computer, which is where its host is configured', async () => {
  answer(
    [aGpu(), aGpuOf('rack'), aGpuOf('box'), aGpuOf('box', 'GPU-1')],
    [host('box'), host('rack')],
  );
  const page = await render(<LlmMetricsDashboard />);
  expect(shown(page)).toEqual([
    { name: 'This computer', line: '1 GPU', gpus: ['GPU-0'] },
    { name: 'box', line: '2 GPUs', gpus: ['GPU-0', 'GPU-1'] },
    { name: 'rack', line: '1 GPU', gpus: ['GPU-0'] },
  ]);
  expect(page.page.querySelector('[data-host-state]')).toBeNull();
});

test('GPUs stand below the name of their computer before it is known how each computer is', async () => {
  answer([aGpuOf('box'), aGpuOf('rack')], []);
  electron.status = () => new Promise(() => undefined);
  const page = await render(<LlmMetricsDashboard />);
  expect(shown(page)).toEqual([
    { name: 'This computer', line: '', gpus: [] },
    { name: 'box', line: '1 GPU', gpus: ['GPU-0'] },
    { name: 'rack', line: '1 GPU', gpus: ['GPU-0'] },
  ]);
  expect(page.texts('[data-host-state]')).toEqual(['Connecting']);
});

test.each([2, 64])('of %i GPUs each is announced with the name of its computer', async (count) => {
  const gpus = Array.from({ length: count }, (_, index) => aGpuOf('box', `GPU-${index}`));
  answer(gpus, [host('box')]);
  const page = await render(<LlmMetricsDashboard />);
  const card = page.page.querySelector('[data-testid=gpu-card]');
  expect(card?.getAttribute('aria-label')).toBe('box · GPU-0');
  expect(card?.querySelector('h3')?.textContent).toBe('GPU-0');
  expect(card?.querySelector('[data-opens]')?.getAttribute('aria-label')).toContain('box · GPU-0');
  expect(card?.querySelector('[type=checkbox]')?.getAttribute('aria-label')).toBe(
    'Compare box · GPU-0',
  );
});

test('what a computer that stops answering showed stays in its place, with why and how old it is', async () => {
  const sampledAt = Date.now();
  const box = aGpuOf('box', 'GPU-0', { sampledAt });
  answer([aGpu(), box, aGpuOf('rack')], [host('box'), host('rack')]);
  const page = await render(<LlmMetricsDashboard />);
  const card = page.page.querySelector('[data-gpu="box · GPU-0"]');
  answer(
    [aGpu(), { ...box, status: 'stale' }, aGpuOf('rack')],
    [host('box', UNREACHABLE), host('rack')],
  );
  await pass(20_000);
  expect(shown(page).map(({ name }) => name)).toEqual(['This computer', 'box', 'rack']);
  expect(page.page.querySelector('[data-gpu="box · GPU-0"]')).toBe(card);
  const [, group] = page.page.querySelectorAll('[data-testid=computer]');
  expect(group?.querySelector('[data-host-state]')?.textContent).toBe('Unavailable');
  expect(group?.querySelector('[data-field=computer]')?.textContent).toBe(
    'This computer cannot be reached. Make sure that it is switched on and connected.',
  );
  expect(group?.querySelector('[data-testid=age]')?.textContent).toBe('20 s ago');
  expect(group?.querySelector('[data-field=note]')?.textContent).toMatch(/^Its computer, or/);
});

test('a computer that has never answered has no tiles: its heading says why', async () => {
  answer([aGpu()], [host('box', UNREACHABLE), host('rack', { state: 'connecting' })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(shown(page)).toEqual([
    { name: 'This computer', line: '1 GPU', gpus: ['GPU-0'] },
    { name: 'box', line: `${UNREACHABLE.reason} ${UNREACHABLE.action}`, gpus: [] },
    { name: 'rack', line: '', gpus: [] },
  ]);
  expect(page.texts('[data-host-state]')).toEqual(['Unavailable', 'Connecting']);
});

test('a computer without a GPU says so, and why', async () => {
  const absent = provider({ state: 'absent', reason: 'This computer has no Intel GPU.' });
  answer([aGpuOf('box')], [host('box'), host('rack')], [absent]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.page.querySelector('[data-testid=no-gpu]')).toBeNull();
  expect(shown(page)).toEqual([
    { name: 'This computer', line: 'No GPU found. This computer has no Intel GPU.', gpus: [] },
    { name: 'box', line: '1 GPU', gpus: ['GPU-0'] },
    { name: 'rack', line: 'No GPU found. ', gpus: [] },
  ]);
});

test('a driver that fails is no claim that there is no GPU', async () => {
  const failing = provider({ state: 'unresponsive', reason: 'Silent.', action: 'Restart it.' });
  answer([], [host('box')], [{ ...failing, host: 'box' }]);
  const page = await render(<LlmMetricsDashboard />);
  expect(shown(page)[1]).toEqual({ name: 'box', line: 'Silent. Restart it.', gpus: [] });
  expect(page.page.querySelector('[data-testid=no-gpu], details')).toBeNull();
});

test('the failure of the sidecar of this computer is told below its name', async () => {
  const failed = { name: 'sidecar', state: 'unavailable', reason: 'It stopped.' } as const;
  answer([aGpu({ status: 'stale' }), aGpuOf('box')], [host('box')], [provider(failed)]);
  const page = await render(<LlmMetricsDashboard />);
  expect(shown(page)[0]).toEqual({ name: 'This computer', line: 'It stopped.', gpus: ['GPU-0'] });
  expect(page.texts('[data-host-state=unavailable]')).toEqual(['Unavailable']);
});

test('the drivers of each computer are listed below its name', async () => {
  const gpus = [aGpu(), aGpuOf('box')];
  answer(gpus, [host('box')], [provider({}), provider({ name: 'amd', host: 'box' })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.texts('details [role=group]')).toEqual([
    'This computerNVIDIAReady0 GPUs',
    'boxAMDReady0 GPUs',
  ]);
});

test('several GPUs are compared under their whole ids, and the focus finds its way back', async () => {
  // A name may hold all that can be printed.
  const name = 'the "box" \\ 2';
  answer([aGpu(), aGpuOf(name)], [host(name)]);
  electron.history = () => Promise.resolve(A_PAST);
  const A_PAST = {
    timestamps: [0, 1000],
    gpus: ['GPU-0', `${name} · GPU-0`].map((gpuId) => ({
      gpuId,
      utilization: [1, 2],
      memoryUsedMB: [1, 2],
      temperatureC: [1, 2],
      powerUsageW: [1, 2],
    })),
  };
  const page = await render(<LlmMetricsDashboard />);
  await page.press(`Details of ${name} · GPU-0`);
  expect(page.text('[data-testid=gpu-card] h2')).toBe(`${name} · GPU-0`);
  expect(page.text('[data-chart=Utilization] li')).toBe(' 1 % to 2 %');
  await page.press('All GPUs');
  expect(document.activeElement?.getAttribute('data-opens')).toBe(`${name} · GPU-0`);
});

function answer(gpus: Gpu[], hosts: HostStatus[], providers: ProviderStatus[] = []): void {
  electron.metrics = () => Promise.resolve(gpus);
  electron.status = () => Promise.resolve({ providers, hosts });
}

function host(name: string, more: Partial<HostStatus> = {}): HostStatus {
  return { name, state: 'ready', reason: '', action: '', ...more };
}

function aGpuOf(name: string, id = 'GPU-0', more: Partial<Gpu> = {}): Gpu {
  return aGpu({ host: name, gpuId: `${name} · ${id}`, ...more });
}

function provider(more: Partial<ProviderStatus>): ProviderStatus {
  return { name: 'nvidia', state: 'ready', deviceCount: 0, reason: '', action: '', ...more };
}

/** What is shown of each computer, from the top to the bottom. */
function shown({ page }: Rendered) {
  return [...page.querySelectorAll('[data-testid=computer]')].map((group) => ({
    name: group.querySelector('h2')?.textContent,
    line: group.querySelector('[data-field=computer]')?.textContent,
    gpus: [...group.querySelectorAll('h3')].map((heading) => heading.textContent),
  }));
}
