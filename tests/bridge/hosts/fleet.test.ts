import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type {
  GpuHistory,
  GpuHistoryColumns,
  GpuMetrics,
  GpuStatusReport,
} from '../../../bridge/src/contract.ts';
import { Fleet } from '../../../bridge/src/hosts/fleet.ts';
import { Host } from '../../../bridge/src/hosts/host.ts';
import { silentLogger } from '../../../bridge/src/logger.ts';
import { SharedRequests } from '../../../bridge/src/shared-requests.ts';
import type { SidecarCommand } from '../../../bridge/src/sidecar-process.ts';
import { Supervisor } from '../../../bridge/src/supervisor.ts';
import { fakeSidecar } from '../fake-sidecar.ts';

const METRICS = 'dashboard:get-gpu-metrics';
const HISTORY = 'dashboard:get-gpu-history';
const STATUS = 'dashboard:get-gpu-status';
const SET_OPTIONS = 'dashboard:set-gpu-options';

const DAY_MS = 86_400_000;
/** Bounds the wait for a host's process, which takes a tenth of a second. */
const SOON = { timeout: 10_000, interval: 20 };

const THRESHOLDS = { utilizationPercent: 90, memoryPercent: 90, temperatureC: 80 };

interface ProcessFacts {
  args: string[];
  env: Record<string, string>;
}

function gpu(changes: Partial<GpuMetrics> = {}): GpuMetrics {
  return {
    gpuId: 'GPU-0',
    utilization: 41,
    memoryUsedMB: 100,
    memoryTotalMB: 1000,
    temperatureC: 50,
    name: 'Fake',
    vendor: 'nvidia',
    status: 'ok',
    memoryKind: 'dedicated',
    sampledAt: Date.now(),
    alerts: [],
    ...changes,
  };
}

function columns(gpuId: string, utilization: number[]): GpuHistoryColumns {
  const unknown = utilization.map(() => null);
  return { gpuId, utilization, memoryUsedMB: unknown, temperatureC: unknown, powerUsageW: unknown };
}

function report(...names: string[]): GpuStatusReport {
  const providers = names.map((name) => ({
    name,
    state: 'ready' as const,
    deviceCount: 1,
    reason: '',
    action: '',
  }));
  return { providers, intervalMs: 2000, asleep: ['GPU-1'] };
}

function answering(...gpus: GpuMetrics[]): SidecarCommand {
  return fakeSidecar('answering', { [METRICS]: gpus, [STATUS]: report('nvidia') });
}

/** This computer and others, each with what runs in place of its sidecar. */
function startFleet(own: SidecarCommand, others: Record<string, SidecarCommand>) {
  const supervisor = new Supervisor(own, silentLogger);
  const hosts = Object.entries(others).map(
    ([name, command]) => new Host({ name, ...command }, silentLogger),
  );
  const all = [supervisor, ...hosts.map((host) => host.supervisor)];
  onTestFinished(async () => {
    await Promise.all(all.map((each) => each.stop()));
  });
  const fleet = new Fleet(new SharedRequests(supervisor, silentLogger), hosts);
  const gpus = async () => (await fleet.request(METRICS)) as GpuMetrics[];
  const status = async () => (await fleet.request(STATUS)) as GpuStatusReport;
  /** Resolves when so many GPUs are listed. */
  const listed = (count: number) => expect.poll(() => later(gpus), SOON).toHaveLength(count);
  return { fleet, hosts, supervisor, gpus, status, listed };
}

/** Asks again as a page does after its interval. */
function later<T>(ask: () => Promise<T>, milliseconds = 2000): Promise<T> {
  vi.advanceTimersByTime(milliseconds);
  return ask();
}

beforeEach(() => {
  // Processes take the time they take; answers grow old when a test says so.
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("this computer's GPUs come first, then each host's in its order, named by it", async () => {
  const { gpus, listed } = startFleet(answering(gpu()), {
    box: answering(gpu(), gpu({ gpuId: 'GPU-1' })),
    rack: answering(gpu()),
  });
  await listed(4);
  expect((await gpus()).map(({ gpuId, host }) => [gpuId, host])).toEqual([
    ['GPU-0', undefined],
    ['box · GPU-0', 'box'],
    ['box · GPU-1', 'box'],
    ['rack · GPU-0', 'rack'],
  ]);
});

test('no host is connected before somebody asks', async () => {
  const { hosts, listed } = startFleet(answering(gpu()), { box: answering(gpu()) });
  expect(hosts[0]?.supervisor.status()).toEqual({ state: 'idle' });
  await listed(2);
});

test('the first answer waits for no host', async () => {
  const { gpus, status } = startFleet(answering(gpu()), { box: fakeSidecar('deaf') });
  expect(await gpus()).toHaveLength(1);
  expect((await status()).hosts).toEqual([
    { name: 'box', state: 'connecting', reason: '', action: '' },
  ]);
});

test('after a pause the first answer has what hosts say now', async () => {
  const { hosts, gpus, listed } = startFleet(answering(gpu()), { box: fakeSidecar('counting') });
  await listed(2);
  const [, before] = await gpus();
  const [, after] = await later(gpus, 60_000);
  expect(hosts[0]?.supervisor.status().state).toBe('ready');
  expect(after?.status).toBe('ok');
  expect(after?.sampledAt).toBeGreaterThan(Number(before?.sampledAt));
});

test("a host that stops answering keeps its last values, told as stale, then as lost; others' go on", async () => {
  const box = fakeSidecar('answering', { [METRICS]: [gpu({ powerUsageW: 300 })] });
  const { hosts, gpus, listed } = startFleet(answering(gpu()), { box, rack: answering(gpu()) });
  await listed(3);
  // After a pause hosts are waited for: now they have just answered.
  await later(gpus, 60_000);
  const pid = Number(hosts[0]?.supervisor.status().pid);
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGCONT'));
  const all = (ofBox: object): unknown[] => [
    expect.objectContaining({ gpuId: 'GPU-0', status: 'ok', alerts: [] }),
    expect.objectContaining({ gpuId: 'box · GPU-0', host: 'box', ...ofBox }),
    expect.objectContaining({ gpuId: 'rack · GPU-0', status: 'ok' }),
  ];
  /** A moment later the answers to what was asked by then have come. */
  const shown = () => expect.poll(() => later(gpus, 50), SOON);
  vi.advanceTimersByTime(4000);
  await shown().toEqual(all({ status: 'ok', utilization: 41, alerts: [] }));
  vi.advanceTimersByTime(4000);
  // What it was asked has not failed yet.
  await shown().toEqual(all({ status: 'stale', utilization: 41, powerUsageW: 300, alerts: [] }));
  vi.advanceTimersByTime(60_000);
  await shown().toEqual(all({ status: 'lost', utilization: null }));
  expect((await gpus())[1]).toMatchObject({ memoryTotalMB: 1000 });
  expect((await gpus())[1]).not.toHaveProperty('powerUsageW');
});

test('the GPUs of a computer that is gone raise an alert, once two questions in a row have failed', async () => {
  const throttled = { rule: 'powerBrake', severity: 'warning', since: Date.now() } as const;
  const gone = { rule: 'unavailable', severity: 'warning', since: Date.now() } as const;
  const box = [gpu({ alerts: [throttled] }), gpu({ gpuId: 'GPU-1', alerts: [gone] })];
  const { hosts, gpus, listed } = startFleet(answering(), { box: answering(...box) });
  await listed(2);
  const before = await later(gpus, 60_000);
  await hosts[0]?.supervisor.stop();
  const rules = async () =>
    (await later(gpus, 500)).map(({ alerts }) => alerts.map(({ rule }) => rule));
  expect(await rules()).toEqual([['powerBrake'], ['unavailable']]);
  vi.advanceTimersByTime(20_000);
  expect(await rules()).toEqual([['powerBrake'], ['unavailable']]);
  expect((await gpus()).map(({ status }) => status)).toEqual(['stale', 'stale']);
  vi.advanceTimersByTime(10_000);
  expect(await rules()).toEqual([['powerBrake', 'unavailable'], ['unavailable']]);
  const [first, second] = await gpus();
  expect(first?.alerts[1]).toEqual({ ...gone, since: before[0]?.sampledAt });
  expect(second?.alerts).toEqual(before[1]?.alerts);
});

test('the status says of each host how it is, and what it told', async () => {
  const { status, listed } = startFleet(answering(gpu()), {
    box: answering(gpu()),
    gone: { command: '/no/such/program' },
  });
  await listed(2);
  await expect
    .poll(async () => (await status()).providers, SOON)
    .toEqual([
      expect.not.objectContaining({ host: expect.anything() as unknown }),
      expect.objectContaining({ name: 'nvidia', host: 'box' }),
    ]);
  const { hosts, asleep } = await status();
  expect(asleep).toEqual(['GPU-1', 'box · GPU-1']);
  expect(hosts).toEqual([
    { name: 'box', state: 'ready', reason: '', action: '' },
    {
      name: 'gone',
      state: 'unavailable',
      reason: 'The program that connects to this computer could not be started.',
      action: 'Make sure that it is installed.',
    },
  ]);
});

test("where this computer's sidecar cannot run, hosts are shown all the same", async () => {
  const { status, listed } = startFleet({ command: '/no/such/program' }, { box: answering(gpu()) });
  await expect.poll(() => later(status).catch(() => null), SOON).not.toBeNull();
  await listed(1);
  expect((await status()).providers).toEqual([
    {
      name: 'sidecar',
      state: 'unavailable',
      deviceCount: 0,
      reason: 'GPU sensors could not be started. Reinstalling the app may help.',
      action: '',
    },
    expect.objectContaining({ host: 'box' }),
  ]);
});

test('a host that does not answer tells of no drivers', async () => {
  const { hosts, status, listed } = startFleet(answering(gpu()), { box: answering(gpu()) });
  await listed(2);
  const drivers = () => expect.poll(async () => (await later(status)).providers, SOON);
  await drivers().toHaveLength(2);
  await hosts[0]?.supervisor.stop();
  await drivers().toHaveLength(1);
});

test('where no sidecar of our own takes options, those of the first that does are in force', async () => {
  const options = { intervalMs: 1000, processNames: false, thresholds: THRESHOLDS };
  const { fleet } = startFleet(
    { command: '/no/such/program' },
    { box: fakeSidecar('answering', { [SET_OPTIONS]: options }) },
  );
  expect(await fleet.setOptions({ intervalMs: 1000 })).toEqual(options);
});

test('nothing was read in the future', async () => {
  const box = answering(gpu({ sampledAt: Date.now() + 4000 }));
  const { gpus, listed } = startFleet(answering(), { box });
  await listed(1);
  expect((await gpus())[0]?.sampledAt).toBeLessThanOrEqual(Date.now());
});

test("where nobody answers, this computer's error is told", async () => {
  const { gpus, fleet } = startFleet(
    { command: '/no/such/program' },
    { box: { command: '/no/such/ssh' } },
  );
  for (const call of [gpus(), fleet.request(HISTORY), fleet.setOptions({})]) {
    await expect(call).rejects.toThrow('/no/such/program');
  }
});

test('where nobody answers, the status says of each what is wrong', async () => {
  const { status } = startFleet(
    { command: '/no/such/program' },
    { box: { command: '/no/such/ssh' } },
  );
  const providers = [expect.objectContaining({ name: 'sidecar', state: 'unavailable' })];
  const hosts = [expect.objectContaining({ name: 'box', state: 'unavailable' })];
  await expect.poll(() => later(status), SOON).toMatchObject({ providers, hosts });
});

test('a crash of the own sidecar costs no GPU its place', async () => {
  const { supervisor, gpus, listed } = startFleet(answering(gpu()), { box: answering(gpu()) });
  await listed(2);
  process.kill(Number(supervisor.status().pid), 'SIGKILL');
  await vi.waitUntil(() => supervisor.status().state !== 'ready');
  expect((await later(gpus, 100)).map(({ gpuId }) => gpuId)).toEqual(['GPU-0', 'box · GPU-0']);
});

test('a clock that is a day off makes no difference', async () => {
  const sampledAt = Date.now() + DAY_MS;
  const alerts = [{ rule: 'memory', severity: 'warning', since: sampledAt - 10_000 }] as const;
  const box = fakeSidecar('answering', {
    [METRICS]: [gpu({ sampledAt, alerts: [...alerts] })],
    [HISTORY]: {
      timestamps: [sampledAt - 4000, sampledAt - 2000],
      gpus: [columns('GPU-0', [7, 8])],
    },
  });
  const began = Date.now();
  const { fleet, gpus, listed } = startFleet(answering(), { box });
  await listed(1);
  const [told] = await gpus();
  expect(told?.sampledAt).toBeGreaterThanOrEqual(began);
  expect(told?.sampledAt).toBeLessThanOrEqual(Date.now());
  expect(told?.alerts[0]?.since).toBe(Number(told?.sampledAt) - 10_000);
  const history = (await fleet.request(HISTORY)) as GpuHistory;
  expect(history.gpus[0]).toMatchObject({ gpuId: 'box · GPU-0', utilization: [7, 8] });
  expect(Math.abs(Number(history.timestamps[1]) - began)).toBeLessThan(DAY_MS / 24);
});

test('histories of all computers stand on one time', async () => {
  const now = Math.floor(Date.now() / 2000) * 2000;
  const history = (utilization: number[]) => ({
    timestamps: [now - 2000, now],
    gpus: [columns('GPU-0', utilization)],
  });
  const withHistory = (utilization: number[]) =>
    fakeSidecar('answering', { [METRICS]: [gpu()], [HISTORY]: history(utilization) });
  const { fleet, listed } = startFleet(withHistory([1, 2]), { box: withHistory([3, 4]) });
  await listed(2);
  expect(await fleet.request(HISTORY, { maxPoints: 2 })).toEqual({
    timestamps: [now - 2000, now],
    gpus: [columns('GPU-0', [1, 2]), columns('box · GPU-0', [3, 4])],
  });
});

test('a computer that does not answer is not asked for its history: charts go on without it', async () => {
  const now = Math.floor(Date.now() / 2000) * 2000;
  const history = { timestamps: [now - 2000, now], gpus: [columns('GPU-0', [1, 2])] };
  const withHistory = () => fakeSidecar('answering', { [METRICS]: [gpu()], [HISTORY]: history });
  const { fleet, hosts, listed } = startFleet(withHistory(), { box: withHistory() });
  await listed(2);
  const shown = async () =>
    ((await fleet.request(HISTORY, { maxPoints: 2 })) as GpuHistory).gpus.map(({ gpuId }) => gpuId);
  await expect.poll(() => later(shown), SOON).toEqual(['GPU-0', 'box · GPU-0']);
  vi.advanceTimersByTime(6000);
  expect(await shown()).toEqual(['GPU-0']);
  const asked = (await hosts[0]?.supervisor.request('test:requests')) as [string, object?][];
  expect(asked.filter(([method]) => method === HISTORY)).toHaveLength(1);
});

test('calls that share an answer share all of it', async () => {
  const { fleet, listed } = startFleet(answering(gpu()), { box: answering(gpu()) });
  await listed(2);
  expect(fleet.request(METRICS)).toBe(fleet.request(METRICS));
});

test('options are set everywhere', async () => {
  const options = { intervalMs: 1000, processNames: false, thresholds: THRESHOLDS };
  const setting = (changes: object = {}) =>
    fakeSidecar('answering', { [METRICS]: [gpu()], [SET_OPTIONS]: { ...options, ...changes } });
  const { fleet, hosts, listed } = startFleet(setting(), { box: setting({ intervalMs: 500 }) });
  await listed(2);
  expect(await fleet.setOptions({ intervalMs: 1000 })).toEqual(options);
  const asked = (await hosts[0]?.supervisor.request('test:requests')) as [string, object?][];
  expect(asked).toContainEqual([SET_OPTIONS, { intervalMs: 1000 }]);
});

test.each([
  ['is not what the contract allows', [{ gpuId: 7 }]],
  ['has one GPU twice', [gpu(), gpu()]],
  ['has ever so many GPUs', Array.from({ length: 65 }, (_, i) => gpu({ gpuId: `GPU-${i}` }))],
  ['has a name without an end', [gpu({ name: 'x'.repeat(257) })]],
  ['has a list without an end', [gpu({ throttleReasons: Array.from({ length: 601 }, () => '') })]],
  ['is no list', 'nonsense'],
  [
    'is nested deeper than any',
    [{ ...gpu(), beyond: JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) as unknown }],
  ],
])('of a host whose answer %s, nothing is shown', async (_what, answer) => {
  const { gpus, status } = startFleet(answering(gpu()), {
    box: fakeSidecar('answering', { [METRICS]: answer }),
  });
  await expect
    .poll(async () => (await later(status)).hosts, SOON)
    .toEqual([
      {
        name: 'box',
        state: 'unavailable',
        reason: 'This computer gives answers that this version of the app cannot read.',
        action: 'Update gpu-metrics-sidecar there, or this app.',
      },
    ]);
  expect((await gpus()).map(({ gpuId }) => gpuId)).toEqual(['GPU-0']);
});

test.each([
  ['uneven', [0, 2000, 4001]],
  ['closer to each other than any sweeps', [0, 1]],
  ['further from each other than any history is long', [0, 9e15]],
  ['twice the same', [0, 0]],
])("points of a host's history that are %s do not touch ours", async (_what, timestamps) => {
  const columns = (values: number[]) => ({
    gpuId: 'GPU-0',
    utilization: values,
    memoryUsedMB: values,
    temperatureC: values,
    powerUsageW: values,
  });
  const own = { timestamps: [2000, 4000], gpus: [columns([1, 2])] };
  const theirs = { timestamps, gpus: [columns(timestamps.map(() => 3))] };
  const { fleet, listed } = startFleet(
    fakeSidecar('answering', { [METRICS]: [gpu()], [HISTORY]: own }),
    { box: fakeSidecar('answering', { [METRICS]: [gpu()], [HISTORY]: theirs }) },
  );
  await listed(2);
  expect(await fleet.request(HISTORY)).toEqual(own);
});

test('after a night what a host said is no present value, though no clock went on', async () => {
  const { hosts, gpus, listed } = startFleet(answering(), { box: answering(gpu()) });
  await listed(1);
  hosts[0]?.suspend();
  await hosts[0]?.supervisor.stop();
  hosts[0]?.resume();
  expect(await later(gpus)).toMatchObject([{ status: 'lost', utilization: null }]);
});

test('a host cannot pretend to be another one, or this computer', async () => {
  const pretending = [gpu({ gpuId: 'rack · GPU-0', host: 'rack' }), gpu({ gpuId: 'GPU-0' })];
  const { gpus, listed } = startFleet(answering(gpu()), { box: answering(...pretending) });
  await listed(3);
  expect((await gpus()).map(({ gpuId, host }) => [gpuId, host])).toEqual([
    ['GPU-0', undefined],
    ['box · rack · GPU-0', 'box'],
    ['box · GPU-0', 'box'],
  ]);
});

test('a host that floods costs its own rows', async () => {
  const { hosts, gpus, listed } = startFleet(answering(gpu()), {
    box: fakeSidecar('endless', 'stdout'),
    rack: answering(gpu()),
  });
  await listed(2);
  await vi.waitUntil(() => hosts[0]?.supervisor.status().error === 'stopped', SOON);
  expect((await gpus()).map(({ gpuId }) => gpuId)).toEqual(['GPU-0', 'rack · GPU-0']);
});

test('a program that leads to another computer is told nothing of this one', async () => {
  process.env['SECRET_OF_THE_APP'] = 'secret';
  onTestFinished(() => {
    delete process.env['SECRET_OF_THE_APP'];
  });
  const { hosts, listed } = startFleet(answering(gpu()), { box: answering(gpu()) });
  await listed(2);
  const facts = (await hosts[0]?.supervisor.request('test:process')) as ProcessFacts;
  // Its process ids are others.
  expect(facts.args).toEqual([]);
  expect(facts.env).toHaveProperty('SSH_ASKPASS_REQUIRE', 'force');
  expect(facts.env).not.toHaveProperty('SECRET_OF_THE_APP');
});

test('hasty pages ask a host twice a second', async () => {
  const { hosts, gpus, listed } = startFleet(answering(gpu()), { box: answering(gpu()) });
  await listed(2);
  const asked = async () =>
    ((await hosts[0]?.supervisor.request('test:requests')) as unknown[][]).filter(
      ([method]) => method === METRICS,
    ).length;
  const before = await asked();
  for (let call = 0; call < 20; call += 1) await later(gpus, 100);
  expect((await asked()) - before).toBeLessThanOrEqual(4);
});
