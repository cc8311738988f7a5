// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { useGpuStatus } from '../../electron-shim/src/renderer/hooks/use-gpu-status.ts';
import { FakeElectron } from './fake-electron.ts';
import { pass, render } from './render.tsx';

let electron: FakeElectron;
let report: ReturnType<typeof useGpuStatus>;

function Probe() {
  report = useGpuStatus();
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  electron = new FakeElectron();
});

test('asks at once and then every two seconds, until it is unmounted', async () => {
  const page = await render(<Probe />);
  await pass(4000);
  await page.unmount();
  await pass(4000);
  expect(electron.calls).toEqual(Array(3).fill('dashboard:get-gpu-status'));
});

test('has the latest report, null before the first, and keeps it over an error', async () => {
  electron.status = () => Promise.reject(new Error('not yet'));
  await render(<Probe />);
  expect(report).toBeNull();
  electron.status = () => Promise.resolve({ providers: [], intervalMs: 2000, asleep: [] });
  await pass(2000);
  expect(report).toMatchObject({ intervalMs: 2000 });
  electron.status = () => Promise.reject(new Error('stopped'));
  await pass(2000);
  expect(report).toMatchObject({ intervalMs: 2000 });
});

test('a report that repeats the one before it is the same, so that nothing is drawn anew', async () => {
  electron.status = () => Promise.resolve({ providers: [], intervalMs: 2000, asleep: [] });
  await render(<Probe />);
  const first = report;
  await pass(2000);
  expect(report).toBe(first);
  electron.status = () => Promise.resolve({ providers: [], intervalMs: 1000, asleep: [] });
  await pass(2000);
  expect(report).toMatchObject({ intervalMs: 1000 });
});
