// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { useGpuMetrics } from '../../electron-shim/src/renderer/hooks/use-gpu-metrics.ts';
import { aGpu, FakeElectron } from './fake-electron.ts';
import { pass, render, settle } from './render.tsx';

let electron: FakeElectron;
let hook: ReturnType<typeof useGpuMetrics>;
let renders: number;

function Probe({ pollInterval }: { pollInterval?: number }) {
  hook = useGpuMetrics(pollInterval);
  renders += 1;
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  electron = new FakeElectron();
  renders = 0;
});

test('asks at once and then every two seconds, on the one channel', async () => {
  await render(<Probe />);
  expect(electron.calls).toEqual(['dashboard:get-gpu-metrics']);
  await pass(6000);
  expect(electron.calls).toEqual(Array(4).fill('dashboard:get-gpu-metrics'));
});

test('asks at most five times in six seconds, however slow or quick the answers', async () => {
  for (const answerMs of [0, 50, 300]) {
    electron.calls.length = 0;
    electron.metrics = () =>
      new Promise((resolve) => setTimeout(() => resolve([aGpu()]), answerMs));
    const page = await render(<Probe />);
    await pass(6000);
    expect(electron.calls.length).toBeLessThanOrEqual(5);
    await page.unmount();
  }
});

test('asks at the interval it is given', async () => {
  await render(<Probe pollInterval={500} />);
  await pass(2000);
  expect(electron.calls).toHaveLength(5);
});

test('is loading from each question to its answer, and has the answer then', async () => {
  const first = answerLater();
  await render(<Probe />);
  expect(hook).toMatchObject({ metrics: [], loading: true, error: null });
  await settle(() => first.resolve([aGpu()]));
  expect(hook).toMatchObject({ metrics: [aGpu()], loading: false });
  answerLater();
  await pass(2000);
  expect(hook).toMatchObject({ metrics: [aGpu()], loading: true });
});

test('an error keeps the last good metrics, and the next good answer removes it', async () => {
  electron.metrics = () => Promise.resolve([aGpu()]);
  await render(<Probe />);
  electron.metrics = () => Promise.reject(new Error('GPU sensors stopped.'));
  await pass(2000);
  expect(hook).toMatchObject({ metrics: [aGpu()], loading: false });
  expect(hook.error?.message).toBe('GPU sensors stopped.');
  electron.metrics = () => Promise.resolve([aGpu({ utilization: 99 })]);
  await pass(2000);
  expect(hook).toMatchObject({ metrics: [{ utilization: 99 }], error: null });
});

test('refresh asks now, and the interval goes on as it was', async () => {
  await render(<Probe />);
  await pass(1000);
  await settle(() => void hook.refresh());
  expect(electron.calls).toHaveLength(2);
  await pass(1000);
  expect(electron.calls).toHaveLength(3);
});

test('a page without a bridge gets an error instead of a crash', async () => {
  vi.stubGlobal('electron', undefined);
  await render(<Probe />);
  expect(hook.error).toBeInstanceOf(Error);
});

test('asks no more once it is unmounted', async () => {
  const page = await render(<Probe />);
  await page.unmount();
  await pass(10_000);
  expect(electron.calls).toHaveLength(1);
});

test.each([
  ['answer', (late: Later) => late.resolve([aGpu()])],
  ['error', (late: Later) => late.reject(new Error('too late'))],
])('an %s that comes after unmounting changes nothing', async (_what, end) => {
  const late = answerLater();
  const page = await render(<Probe />);
  await page.unmount();
  const before = renders;
  await settle(() => end(late));
  expect(renders).toBe(before);
  expect(hook).toMatchObject({ metrics: [], loading: true, error: null });
});

interface Later {
  resolve: (answer: unknown) => void;
  reject: (reason: Error) => void;
}

/** Leaves the next question open until the test answers it. */
function answerLater(): Later {
  const later: Partial<Later> = {};
  const answer = new Promise((resolve, reject) => Object.assign(later, { resolve, reject }));
  electron.metrics = () => answer;
  return later as Later;
}
