// @vitest-environment happy-dom
import type { GpuHistoryQuery } from 'gpu-metrics-bridge/contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { useGpuHistory } from '../../electron-shim/src/renderer/hooks/use-gpu-history.ts';
import { pass, render } from './render.tsx';

const STEP_MS = 1000;

/** What has been asked for so far. */
let asked: GpuHistoryQuery[] = [];

/** Points a second apart, up to now. */
function answer({ windowSeconds = 0 }: GpuHistoryQuery) {
  const end = Math.floor(Date.now() / STEP_MS);
  const numbers = Array.from({ length: windowSeconds }, (_, i) => end - windowSeconds + 1 + i);
  const column = numbers.map((number) => number % 100);
  const gpu = { gpuId: 'GPU-0', utilization: column, memoryUsedMB: column };
  return {
    timestamps: numbers.map((number) => number * STEP_MS),
    gpus: [{ ...gpu, temperatureC: column, powerUsageW: column }],
  };
}

function Shown() {
  const history = useGpuHistory({ windowSeconds: 60, maxPoints: 60, pollInterval: 1000 });
  return <>{JSON.stringify(history)}</>;
}

beforeEach(() => {
  asked = [];
  vi.useFakeTimers({ now: 1_763_800_000_000 });
  vi.stubGlobal('electron', {
    invoke: (_channel: string, query: GpuHistoryQuery) => {
      asked.push(query);
      return Promise.resolve(answer(query));
    },
  });
  return () => void vi.useRealTimers();
});

test('all of the past is asked for once, then what is new; what is shown is the same', async () => {
  const shown = await render(<Shown />);
  await pass(3000);
  const newest = { windowSeconds: 4, maxPoints: 4 };
  expect(asked).toEqual([{ windowSeconds: 60, maxPoints: 60 }, newest, newest, newest]);
  expect(JSON.parse(shown.page.textContent)).toEqual(answer({ windowSeconds: 60 }));
});

test('after a pause in which more has passed than was asked for, all of it is asked for', async () => {
  const shown = await render(<Shown />);
  vi.setSystemTime(Date.now() + 30_000);
  await pass(1000);
  expect(asked.at(-1)).toEqual({ windowSeconds: 60, maxPoints: 60 });
  expect(JSON.parse(shown.page.textContent)).toEqual(answer({ windowSeconds: 60 }));
});
