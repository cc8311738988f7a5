import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { BridgeError } from '../../bridge/src/errors.ts';
import { silentLogger } from '../../bridge/src/logger.ts';
import { SharedRequests } from '../../bridge/src/shared-requests.ts';
import { Supervisor } from '../../bridge/src/supervisor.ts';
import { fakeSidecar } from './fake-sidecar.ts';

const METRICS = 'dashboard:get-gpu-metrics';
const HISTORY = 'dashboard:get-gpu-history';
const STATUS = 'dashboard:get-gpu-status';
const SET_OPTIONS = 'dashboard:set-gpu-options';

const NO_HISTORY = { timestamps: [], gpus: [] };

function startRequests(answers: Record<string, unknown> = {}) {
  const supervisor = new Supervisor(fakeSidecar('answering', answers), silentLogger, () => 0.5);
  onTestFinished(() => supervisor.stop());
  const requests = new SharedRequests(supervisor, silentLogger);
  /** What has reached the running sidecar, its greeting and this question left out. */
  const received = async () => {
    const all = (await supervisor.request('test:requests')) as [string, object?][];
    return all.slice(1).filter(([method]) => method !== 'test:requests');
  };
  return { supervisor, requests, received };
}

/** Asks for histories that differ from each other. */
function askForNew(requests: SharedRequests, count: number, first = 0): Promise<unknown>[] {
  const calls = Array.from({ length: count }, (_, i) =>
    requests.request(HISTORY, { windowSeconds: 1 + first + i }),
  );
  // Who fails is looked at later.
  for (const call of calls) call.catch(() => undefined);
  return calls;
}

function codeOf(outcome: PromiseSettledResult<unknown>): string {
  return outcome.status === 'fulfilled' ? 'answered' : (outcome.reason as BridgeError).code;
}

beforeEach(() => {
  // Processes take the time they take; answers grow old when a test says so.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('calls that come while one is unanswered share its answer', async () => {
  const { requests, received } = startRequests();
  const answers = Array.from({ length: 10 }, () => requests.request(METRICS));
  expect(new Set(answers).size).toBe(1);
  expect(await answers[0]).toEqual([]);
  expect(await received()).toEqual([[METRICS]]);
});

test('only calls with the same params share an answer', async () => {
  const { requests, received } = startRequests({ [HISTORY]: NO_HISTORY });
  const hour = { windowSeconds: 3600 };
  await Promise.all([requests.request(HISTORY, hour), requests.request(HISTORY, { ...hour })]);
  await vi.advanceTimersByTimeAsync(50);
  await requests.request(HISTORY, {});
  expect(await received()).toEqual([
    [HISTORY, hour],
    [HISTORY, {}],
  ]);
});

test('an answer is given again for 50 ms, and not longer', async () => {
  const { requests, received } = startRequests();
  await requests.request(METRICS);
  vi.advanceTimersByTime(49);
  await requests.request(METRICS);
  expect(await received()).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await requests.request(METRICS);
  expect(await received()).toHaveLength(2);
});

test('a page that asks again whenever it is answered costs the sidecar 20 requests a second', async () => {
  const { requests, received } = startRequests();
  for (let call = 0; call < 1000; call++) {
    expect(await requests.request(METRICS)).toEqual([]);
    vi.advanceTimersByTime(1);
  }
  expect(await received()).toHaveLength(20);
});

test('of ever new histories 20 a second reach the sidecar, and the rest is answered as ever', async () => {
  const { requests, received } = startRequests({ [HISTORY]: NO_HISTORY, [STATUS]: {} });
  const calls: Promise<unknown>[] = [];
  for (let step = 0; step < 100; step++) {
    if (step > 0) await vi.advanceTimersByTimeAsync(10);
    calls.push(...askForNew(requests, 10, step * 10));
    expect(await requests.request(METRICS)).toEqual([]);
    expect(await requests.request(STATUS)).toEqual({});
    // What was sent before this question has been answered by now.
    await received();
  }
  expect((await received()).filter(([method]) => method === HISTORY)).toHaveLength(20);
  for (let waiting = 16; waiting > 0; waiting--) {
    await vi.advanceTimersByTimeAsync(50);
    await received();
  }
  const codes = (await Promise.allSettled(calls)).map(codeOf);
  expect(new Set(codes)).toEqual(new Set(['answered', 'busy']));
});

test('while a history is unanswered no other reaches the sidecar, and the rest is answered', async () => {
  const { requests, received, supervisor } = startRequests({ [HISTORY]: null });
  await supervisor.request(METRICS);
  const calls = askForNew(requests, 100);
  expect(await requests.request(METRICS)).toEqual([]);
  expect((await received()).filter(([method]) => method === HISTORY)).toHaveLength(1);
  await supervisor.stop();
  await vi.advanceTimersByTimeAsync(16 * 50);
  const codes = (await Promise.allSettled(calls)).map(codeOf);
  expect(codes.filter((code) => code === 'busy')).toHaveLength(84);
  expect(codes.slice(0, 16)).toEqual(['stopped', ...Array<string>(15).fill('closing')]);
});

test('ten windows that each want a history of their own twice a second all get it', async () => {
  const { requests, received } = startRequests({ [HISTORY]: NO_HISTORY });
  await requests.request(METRICS);
  for (let round = 0; round < 3; round++) {
    const calls = askForNew(requests, 10);
    for (let step = 0; step < 10; step++) {
      await received();
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(await Promise.all(calls)).toEqual(Array(10).fill(NO_HISTORY));
  }
});

test('a failure is shared for as long as an answer', async () => {
  const { requests, received, supervisor } = startRequests({ [STATUS]: null });
  await supervisor.request(METRICS);
  const failing = [requests.request(STATUS), requests.request(STATUS)];
  const outcomes = Promise.allSettled(failing);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(requests.request(STATUS)).rejects.toMatchObject({ code: 'timed-out' });
  expect(await received()).toEqual([[METRICS], [STATUS]]);
});

test('the answer of a sidecar that has ended is not given again', async () => {
  const { requests, supervisor } = startRequests();
  await requests.request(METRICS);
  const noticed = new Promise((resolve) => supervisor.once('status', resolve));
  process.kill(Number(supervisor.status().pid), 'SIGKILL');
  await noticed;
  await expect(requests.request(METRICS)).rejects.toMatchObject({ code: 'stopped' });
});

test('options reach the sidecar, and every one that comes after it, before anything else', async () => {
  const { requests, received, supervisor } = startRequests();
  await requests.setOptions({ intervalMs: 1000 });
  vi.advanceTimersByTime(50);
  await requests.setOptions({ processNames: true });
  const noticed = new Promise((resolve) => supervisor.once('status', resolve));
  process.kill(Number(supervisor.status().pid), 'SIGKILL');
  await noticed;
  await requests.request(METRICS).catch(() => undefined);
  supervisor.retry();
  await requests.request(METRICS);
  expect(await received()).toEqual([
    [SET_OPTIONS, { intervalMs: 1000, processNames: true }],
    [METRICS],
  ]);
});

test('a sidecar that was given no options is not asked to change any', async () => {
  const { requests, received } = startRequests();
  await requests.request(METRICS);
  expect(await received()).toEqual([[METRICS]]);
});

test('changes in quick succession are sent together, and all callers get what is in force', async () => {
  const inForce = { intervalMs: 900, processNames: true };
  const { requests, received } = startRequests({ [SET_OPTIONS]: inForce });
  await requests.request('sidecar:hello');
  await requests.setOptions({ intervalMs: 500 });
  const storm = Array.from({ length: 100 }, (_, i) => requests.setOptions({ intervalMs: 801 + i }));
  await received();
  // What was on its way has arrived by now.
  expect((await received()).slice(1)).toEqual([[SET_OPTIONS, { intervalMs: 500 }]]);
  await vi.advanceTimersByTimeAsync(50);
  expect(new Set(await Promise.all(storm))).toEqual(new Set([inForce]));
  expect((await received()).slice(1)).toEqual([
    [SET_OPTIONS, { intervalMs: 500 }],
    [SET_OPTIONS, { intervalMs: 900 }],
  ]);
});

test('options add up, thresholds included', async () => {
  const { requests, received } = startRequests();
  await requests.request('sidecar:hello');
  void requests.setOptions({ thresholds: { memoryPercent: 80 } });
  await requests.setOptions({ intervalMs: 1000, thresholds: { temperatureC: 90 } });
  expect((await received()).at(-1)).toEqual([
    SET_OPTIONS,
    { intervalMs: 1000, thresholds: { memoryPercent: 80, temperatureC: 90 } },
  ]);
});

test('after a change of options nothing older is given again', async () => {
  const { requests, received } = startRequests();
  await requests.request(METRICS);
  await requests.setOptions({ intervalMs: 1000 });
  await requests.request(METRICS);
  expect((await received()).map(([method]) => method)).toEqual([METRICS, SET_OPTIONS, METRICS]);
});

test('options that cannot be set now are kept for the next sidecar', async () => {
  const { requests, supervisor, received } = startRequests();
  await requests.request(METRICS);
  const noticed = new Promise((resolve) => supervisor.once('status', resolve));
  process.kill(Number(supervisor.status().pid), 'SIGKILL');
  await noticed;
  await expect(requests.setOptions({ intervalMs: 1000 })).rejects.toMatchObject({
    code: 'stopped',
  });
  supervisor.retry();
  await requests.request('sidecar:hello');
  expect((await received())[0]).toEqual([SET_OPTIONS, { intervalMs: 1000 }]);
});
