// @vitest-environment happy-dom
import type { GpuHistoryQuery } from 'gpu-metrics-bridge/contract';
import { useEffect, useState } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Gpu } from '../../electron-shim/src/renderer/gpu/gpu.ts';
import {
  useGpuHistory,
  type NowAndPast,
} from '../../electron-shim/src/renderer/hooks/use-gpu-history.ts';
import { pass, render, type Rendered } from './render.tsx';

const STEP_MS = 1000;
/** Longer than numbers wait for their past. */
const TOO_LATE_MS = 200;

/** What has been asked for so far. */
let asked: GpuHistoryQuery[] = [];
/** How long an answer takes. */
let delayMs = 0;

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

/** One GPU, whose utilization counts the answers for metrics: 0 at first. */
function gpu(utilization: number): Gpu {
  return { gpuId: 'GPU-0', utilization, memoryUsedMB: 0, memoryTotalMB: 0, temperatureC: 0 };
}

interface ShownProps {
  first?: readonly Gpu[];
  pollMs?: number;
}

function Shown({ first = [gpu(0)], pollMs = STEP_MS }: ShownProps) {
  const [gpus, setGpus] = useState(first);
  useEffect(() => {
    const timer = setInterval(
      () => setGpus(([last]) => [gpu((last?.utilization ?? 0) + 1)]),
      pollMs,
    );
    return () => clearInterval(timer);
  }, [pollMs]);
  return <>{JSON.stringify(useGpuHistory(gpus, { windowSeconds: 60, maxPoints: 60 }))}</>;
}

function shownBy({ page }: Rendered) {
  const { gpus, history } = JSON.parse(page.textContent) as NowAndPast;
  const { askedAt, ...past } = history ?? {};
  return { answers: gpus[0]?.utilization, past, askedAt };
}

/** Lets time pass step by step, after each of which the page is rendered. */
async function passSteps(steps: number, stepMs = STEP_MS): Promise<void> {
  for (let step = 0; step < steps; step++) await pass(stepMs);
}

beforeEach(() => {
  asked = [];
  delayMs = 0;
  vi.useFakeTimers({ now: 1_763_800_000_000 });
  vi.stubGlobal('electron', {
    invoke: async (_channel: string, query: GpuHistoryQuery) => {
      asked.push(query);
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return answer(query);
    },
  });
  return () => void vi.useRealTimers();
});

test('all of the past is asked for once, then what is new; what is shown is the same', async () => {
  const page = await render(<Shown />);
  const { askedAt } = shownBy(page);
  await passSteps(3);
  const newest = { windowSeconds: 4, maxPoints: 4 };
  expect(asked).toEqual([{ windowSeconds: 60, maxPoints: 60 }, newest, newest, newest]);
  expect(shownBy(page)).toEqual({ answers: 3, past: answer({ windowSeconds: 60 }), askedAt });
});

test('after a pause in which more has passed than was asked for, all of it is asked for', async () => {
  const page = await render(<Shown />);
  const { askedAt } = shownBy(page);
  vi.setSystemTime(Date.now() + 30_000);
  await pass(1000);
  expect(asked.at(-1)).toEqual({ windowSeconds: 60, maxPoints: 60 });
  expect(shownBy(page).past).toEqual(answer({ windowSeconds: 60 }));
  expect(shownBy(page).askedAt).toBeGreaterThan(askedAt ?? NaN);
});

test('answers that come faster than points ask for no more than there is', async () => {
  const page = await render(<Shown pollMs={STEP_MS / 2} />);
  await passSteps(6, STEP_MS / 2);
  expect(asked).toHaveLength(4);
  expect(shownBy(page).answers).toBe(6);
});

test('new numbers are shown together with the past that belongs to them', async () => {
  const page = await render(<Shown />);
  delayMs = 50;
  const before = shownBy(page);
  await pass(1000);
  expect(shownBy(page)).toEqual(before);
  await pass(delayMs);
  expect(shownBy(page)).toMatchObject({ answers: 1, past: answer({ windowSeconds: 60 }) });
});

test('new numbers do not wait for a past that takes long', async () => {
  const page = await render(<Shown />);
  delayMs = 10 * STEP_MS;
  const { past, askedAt } = shownBy(page);
  await pass(1000);
  await pass(TOO_LATE_MS);
  expect(shownBy(page)).toEqual({ answers: 1, past, askedAt });
});

test('the first numbers do not wait for their past', async () => {
  delayMs = 50;
  const page = await render(<Shown first={[]} />);
  await pass(1000);
  expect(shownBy(page)).toEqual({ answers: 1, past: {} });
  await pass(delayMs);
  expect(shownBy(page).past).toEqual(answer({ windowSeconds: 60 }));
});
