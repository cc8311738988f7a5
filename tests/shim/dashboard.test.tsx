// @vitest-environment happy-dom
import type { GpuAlert, ProviderStatus } from 'gpu-metrics-bridge/contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { LlmMetricsDashboard } from '../../electron-shim/src/renderer/dashboard/llm-metrics-dashboard.tsx';
import type { Gpu } from '../../electron-shim/src/renderer/gpu/gpu.ts';
import { aGpu, FakeElectron } from './fake-electron.ts';
import { pass, render, settle, type Rendered } from './render.tsx';

const METRICS = 'dashboard:get-gpu-metrics';

let electron: FakeElectron;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  electron = new FakeElectron();
});

test('shows a card per GPU, and how many there are', async () => {
  electron.metrics = () => Promise.resolve([aGpu(), aGpu({ gpuId: 'GPU-1' })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(cards(page)).toEqual(['GPU-0', 'GPU-1']);
  expect(page.text('[data-testid=summary]')).toBe('2 GPUsAll quiet');
  expect(page.page.querySelector('[data-testid=simulated-banner]')).toBeNull();
});

test('sums up what is busy, full, hot or gone', async () => {
  electron.metrics = () =>
    Promise.resolve([
      aGpu({ utilization: 99 }),
      aGpu({ gpuId: 'GPU-1', utilization: 98, temperatureC: 85 }),
      aGpu({ gpuId: 'GPU-2', status: 'lost', utilization: NaN }),
    ]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=summary]')).toBe('3 GPUsLostHotBusy × 2');
});

test('says so before the first answer', async () => {
  electron.metrics = () => new Promise(() => undefined);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=summary]')).toBe('Looking for GPUs …');
  expect(page.page.querySelector('[data-testid=no-gpu]')).toBeNull();
});

test('keeps the numbers while the next ones are waited for', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  const page = await render(<LlmMetricsDashboard />);
  const before = page.page.querySelector('[data-testid=gpu-card]');
  electron.metrics = () => new Promise(() => undefined);
  await pass(2000);
  expect(page.page.querySelector('[data-testid=gpu-card]')).toBe(before);
  expect(page.text('[data-field=utilization]')).toBe('37 %');
});

test('tells how old the numbers are, second by second', async () => {
  const sampledAt = Date.now() - 1000;
  electron.metrics = () => Promise.resolve([aGpu({ sampledAt })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=age]')).toBe('1 s ago');
  await pass(3000);
  expect(page.text('[data-testid=age]')).toBe('4 s ago');
});

test.each([
  [119, '119 s ago'],
  [2 * 60, '2 min ago'],
  [119 * 60, '119 min ago'],
  [26.9 * 3600, '26 h ago'],
])('tells that numbers are %i seconds old in a unit that is easy to read', async (ageS, text) => {
  electron.metrics = () => Promise.resolve([aGpu({ sampledAt: Date.now() - 1000 * ageS })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=age]')).toBe(text);
});

test('shows an error above the last good numbers until the next good answer', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  const page = await render(<LlmMetricsDashboard />);
  electron.metrics = () => Promise.reject(new Error('GPU sensors stopped.'));
  await pass(2000);
  expect(page.text('[role=alert]')).toBe('GPU sensors stopped. Showing the sample of 09:05:07.');
  expect(cards(page)).toEqual(['GPU-0']);
  electron.metrics = () => Promise.resolve([aGpu()]);
  await pass(2000);
  expect(page.page.querySelector('[role=alert]')).toBeNull();
});

test('tells why there is no GPU and what to do, and shows one that appears', async () => {
  electron.status = () =>
    Promise.resolve({
      providers: [
        provider({ state: 'absent', reason: 'No driver was found.', action: 'Install it.' }),
      ],
    });
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=no-gpu] h2')).toBe('No GPU found');
  expect(page.text('[data-provider=nvidia][data-state=absent]')).toBe(
    'NVIDIANot foundNo driver was found. Install it.',
  );
  electron.metrics = () => Promise.resolve([aGpu()]);
  electron.status = () => Promise.resolve({ providers: [provider({ deviceCount: 1 })] });
  await pass(2000);
  expect(page.page.querySelector('[data-testid=no-gpu]')).toBeNull();
  expect(page.text('[data-provider=nvidia]')).toBe('NVIDIAReady1 GPU');
});

test('does not claim that there is no GPU while an error hides the answer', async () => {
  electron.metrics = () => Promise.reject(new Error('The GPU driver does not answer.'));
  electron.status = () =>
    Promise.resolve({ providers: [provider({ state: 'unresponsive', reason: 'Silent.' })] });
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[role=alert]')?.trim()).toBe('The GPU driver does not answer.');
  expect(page.page.querySelector('[data-testid=no-gpu]')).toBeNull();
  expect(page.page.querySelector('details')?.open).toBe(true);
});

test('says above simulated GPUs, in the overview and in the detail, that nothing is measured', async () => {
  electron.metrics = () => Promise.resolve([aGpu({ vendor: 'simulated' })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[data-testid=simulated-banner]')).toMatch(/^Simulated GPUs\./);
  await page.press('Details of GPU-0');
  expect(page.page.querySelector('[data-testid=gpu-detail]')).not.toBeNull();
  expect(page.text('[data-testid=simulated-banner]')).toMatch(/^Simulated GPUs\./);
});

test('refresh asks at once', async () => {
  const page = await render(<LlmMetricsDashboard />);
  electron.metrics = () => Promise.resolve([aGpu()]);
  await page.press('Refresh');
  expect(cards(page)).toEqual(['GPU-0']);
});

test('while paused the numbers stand still, and refresh moves them once', async () => {
  electron.metrics = () => Promise.resolve([aGpu({ utilization: 10 })]);
  const page = await render(<LlmMetricsDashboard />);
  electron.metrics = () => Promise.resolve([aGpu({ utilization: 20 })]);
  await page.press('Pause');
  await pass(60_000);
  expect(page.text('[data-field=utilization]')).toBe('10 %');
  await page.press('Refresh');
  expect(page.text('[data-field=utilization]')).toBe('20 %');
  electron.metrics = () => Promise.resolve([aGpu({ utilization: 30 })]);
  await pass(60_000);
  expect(page.text('[data-field=utilization]')).toBe('20 %');
  await page.press('Resume');
  expect(page.text('[data-field=utilization]')).toBe('30 %');
});

test('a hidden page asks no more, and asks at once when it is seen again', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  await render(<LlmMetricsDashboard />);
  await setVisibility('hidden');
  const before = electron.calls.length;
  await pass(600_000);
  expect(electron.calls).toHaveLength(before);
  await setVisibility('visible');
  expect(electron.count(METRICS)).toBeGreaterThan(0);
  expect(electron.calls.slice(before)).toContain(METRICS);
});

test('behind the LLM view the GPUs are asked every ten seconds', async () => {
  localStorage.setItem('gpu-dashboard', JSON.stringify({ view: 'llm' }));
  await render(<LlmMetricsDashboard />);
  await pass(60_000);
  expect(electron.count(METRICS)).toBe(7);
});

test('the interval and the thresholds that were chosen reach the sidecar', async () => {
  const thresholds = { utilizationPercent: 90, memoryPercent: 80, temperatureC: 70 };
  localStorage.setItem('gpu-dashboard', JSON.stringify({ intervalMs: 500, thresholds }));
  await render(<LlmMetricsDashboard />);
  expect(electron.options).toEqual([{ intervalMs: 500, thresholds }]);
});

test('an alert is a banner, a number on the tab, and a line in the log; snoozing keeps the log', async () => {
  electron.metrics = () => Promise.resolve([aGpu({ alerts: [alert({ rule: 'memory' })] })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.text('[role=status] [data-rule=memory] p')).toMatch(
    /^Memory nearly full: GPU-0\. The next model may not fit/,
  );
  expect(page.text('[data-testid=alert-count]')).toBe('1 alert');
  await page.press('Snooze: Memory nearly full');
  expect(page.page.querySelector('[data-rule]')).toBeNull();
  expect(page.page.querySelector('[data-testid=alert-count]')).toBeNull();
  await page.press('Alerts');
  expect(page.texts('[data-testid=alert-log] li')).toEqual([
    expect.stringMatching(/^WarningGPU-0 Memory nearly fullsince .*, snoozed$/),
  ]);
});

test('an alert that comes back after a snooze is shown again', async () => {
  const since = Date.now();
  electron.metrics = () => Promise.resolve([aGpu({ alerts: [alert({ since })] })]);
  const page = await render(<LlmMetricsDashboard />);
  await page.press('Snooze: Hot');
  electron.metrics = () => Promise.resolve([aGpu()]);
  await pass(2000);
  electron.metrics = () => Promise.resolve([aGpu({ alerts: [alert({ since: since + 9000 })] })]);
  await pass(2000);
  expect(page.text('[data-rule=temperature]')).toMatch(/^Hot: GPU-0\./);
});

test('a busy GPU is no alarm: it is in the log only', async () => {
  const busy = alert({ rule: 'utilization', severity: 'info' });
  electron.metrics = () => Promise.resolve([aGpu({ alerts: [busy] })]);
  const page = await render(<LlmMetricsDashboard />);
  expect(page.page.querySelector('[data-rule]')).toBeNull();
  expect(page.page.querySelector('[data-testid=alert-count]')).toBeNull();
  await page.press('Alerts');
  expect(page.text('[data-testid=alert-log]')).toMatch(/^InformationGPU-0 Busy/);
});

test('alerts of one kind share a line, the critical ones come first', async () => {
  const slow = alert({ rule: 'thermalThrottling', severity: 'critical' });
  electron.metrics = () =>
    Promise.resolve(
      [0, 1, 2, 3, 4, 5].map((index) =>
        aGpu({ gpuId: `GPU-${index}`, alerts: [alert(), ...(index === 5 ? [slow] : [])] }),
      ),
    );
  const page = await render(<LlmMetricsDashboard />);
  expect(page.texts('[data-rule] strong')).toEqual([
    'Slowed down by heat: GPU-5.',
    'Hot: GPU-0, GPU-1, GPU-2, GPU-3 and 2 more.',
  ]);
});

test('a sidecar that tells nothing of alerts, the past or options is no error', async () => {
  const old: Partial<Gpu> = aGpu();
  delete old.alerts;
  electron.metrics = () => Promise.resolve([old]);
  electron.history = () => Promise.reject(new Error('This channel is not open to the page.'));
  const page = await render(<LlmMetricsDashboard />);
  expect(cards(page)).toEqual(['GPU-0']);
  expect(page.page.querySelector('[role=alert]')).toBeNull();
});

test('the chosen view is remembered', async () => {
  const first = await render(<LlmMetricsDashboard />);
  const tab = first.page.querySelector<HTMLElement>('[role=tab]');
  await settle(() => tab?.focus());
  expect(JSON.parse(localStorage.getItem('gpu-dashboard') ?? '{}')).toMatchObject({ view: 'llm' });
});

function cards(page: Rendered): (string | null)[] {
  return page.texts('[data-testid=gpu-card] h2');
}

function alert(more: Partial<GpuAlert> = {}): GpuAlert {
  return { rule: 'temperature', severity: 'warning', since: Date.now(), ...more };
}

function provider(more: Partial<ProviderStatus>): ProviderStatus {
  return { name: 'nvidia', state: 'ready', deviceCount: 0, reason: '', action: '', ...more };
}

async function setVisibility(state: 'hidden' | 'visible'): Promise<void> {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  await settle(() => document.dispatchEvent(new Event('visibilitychange')));
}
