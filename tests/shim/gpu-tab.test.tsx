// @vitest-environment happy-dom
import type { ProviderStatus } from 'gpu-metrics-bridge/contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { GpuTab } from '../../electron-shim/src/renderer/gpu-tab.tsx';
import { aGpu, FakeElectron } from './fake-electron.ts';
import { pass, render, settle, type Rendered } from './render.tsx';

let electron: FakeElectron;

beforeEach(() => {
  vi.useFakeTimers();
  electron = new FakeElectron();
});

test('shows a card per GPU, how many there are and when they were sampled', async () => {
  electron.metrics = () => Promise.resolve([aGpu(), aGpu({ gpuId: 'GPU-1', sampledAt: 0 })]);
  const tab = await render(<GpuTab />);
  expect(cards(tab)).toEqual(['GPU-0', 'GPU-1']);
  expect(tab.text('[data-testid=summary]')).toBe('2 GPUs · last sample 09:05:07');
  expect(tab.page.querySelector('[data-testid=simulated-banner]')).toBeNull();
});

test('says so before the first answer', async () => {
  electron.metrics = () => new Promise(() => undefined);
  electron.status = electron.metrics;
  const tab = await render(<GpuTab />);
  expect(tab.text('[data-testid=summary]')).toBe('Looking for GPUs …');
  expect(tab.page.querySelector('[data-testid=no-gpu]')).toBeNull();
});

test('keeps the cards while the next answer is waited for', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  const tab = await render(<GpuTab />);
  electron.metrics = () => new Promise(() => undefined);
  await pass(2000);
  expect(cards(tab)).toEqual(['GPU-0']);
  expect(tab.page.querySelector('button')?.getAttribute('aria-busy')).toBe('true');
});

test('shows an error above the last good cards until the next good answer', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  const tab = await render(<GpuTab />);
  electron.metrics = () => Promise.reject(new Error('GPU sensors stopped.'));
  await pass(2000);
  expect(tab.text('[role=alert]')).toMatch(/^GPU sensors stopped\. Showing the sample of /);
  expect(cards(tab)).toEqual(['GPU-0']);
  electron.metrics = () => Promise.resolve([aGpu()]);
  await pass(2000);
  expect(tab.page.querySelector('[role=alert]')).toBeNull();
});

test('lists what was looked for when there is no GPU, and shows one that appears', async () => {
  electron.status = () =>
    Promise.resolve({
      providers: [
        provider({ state: 'absent', reason: 'No driver was found.', action: 'Install it.' }),
      ],
    });
  const tab = await render(<GpuTab />);
  expect(tab.page.querySelector('[data-testid=no-gpu]')).not.toBeNull();
  expect(tab.text('[data-testid=summary]')).toBe('No GPU found');
  expect(tab.text('[data-provider=nvidia][data-state=absent]')).toBe(
    'NVIDIANot foundNo driver was found. Install it.',
  );
  electron.metrics = () => Promise.resolve([aGpu()]);
  electron.status = () => Promise.resolve({ providers: [provider({ deviceCount: 1 })] });
  await pass(2000);
  expect(tab.page.querySelector('[data-testid=no-gpu]')).toBeNull();
  expect(tab.text('[data-provider=nvidia]')).toBe('NVIDIAReady1 GPU');
});

test('does not claim that there is no GPU while an error hides the answer', async () => {
  electron.metrics = () => Promise.reject(new Error('The GPU driver does not answer.'));
  electron.status = () =>
    Promise.resolve({ providers: [provider({ state: 'unresponsive', reason: 'Silent.' })] });
  const tab = await render(<GpuTab />);
  expect(tab.text('[role=alert]')?.trim()).toBe('The GPU driver does not answer.');
  expect(tab.page.querySelector('[data-testid=no-gpu]')).toBeNull();
  expect(tab.text('[data-state=unresponsive]')).toBe('NVIDIANot answeringSilent.');
});

test('says above simulated GPUs that nothing is measured', async () => {
  electron.metrics = () => Promise.resolve([aGpu({ vendor: 'simulated' })]);
  const tab = await render(<GpuTab />);
  expect(tab.text('[data-testid=simulated-banner]')).toMatch(/^Simulated GPUs\./);
});

test('the button asks at once', async () => {
  const tab = await render(<GpuTab />);
  electron.metrics = () => Promise.resolve([aGpu()]);
  await settle(() => tab.page.querySelector('button')?.click());
  expect(cards(tab)).toEqual(['GPU-0']);
});

function cards(tab: Rendered): (string | null)[] {
  return [...tab.page.querySelectorAll('[data-testid=gpu-card] h2')].map(
    (title) => title.textContent,
  );
}

function provider(more: Partial<ProviderStatus>): ProviderStatus {
  return { name: 'nvidia', state: 'ready', deviceCount: 0, reason: '', action: '', ...more };
}
