import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Hello } from '../../bridge/src/contract.ts';
import { BridgeError } from '../../bridge/src/errors.ts';
import type { Logger } from '../../bridge/src/logger.ts';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';
import { Supervisor, type SidecarState } from '../../bridge/src/supervisor.ts';
import { fakeSidecar } from './fake-sidecar.ts';

const HELLO = 'sidecar:hello';
const METRICS = 'dashboard:get-gpu-metrics';
const STATUS = 'dashboard:get-gpu-status';
const OTHER_PROTOCOL = { protocolVersion: 99, sidecarVersion: '99', pid: 1, methods: [] };

/** No jitter: pauses are 250, 500, 1000 ms and so on. */
const AVERAGE = () => 0.5;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

class Supervised extends Supervisor {
  readonly states: SidecarState[] = [];
  readonly log: string[] = [];

  constructor(sidecar: SidecarCommand) {
    const log: string[] = [];
    const note = (line: string) => void log.push(line);
    const logger: Logger = { info: note, warn: note, error: note };
    super(sidecar, logger, AVERAGE);
    this.log = log;
    this.on('status', ({ state }) => this.states.push(state));
    onTestFinished(() => this.stop());
  }

  /** Resolves when the state is this one, at once if it is already. */
  async reach(state: SidecarState): Promise<void> {
    while (this.status().state !== state) {
      await new Promise<void>((resolve) => this.once('status', () => resolve()));
    }
  }

  async hello(): Promise<Hello> {
    return (await this.request(HELLO)) as Hello;
  }

  /** Kills the sidecar that is ready, and resolves when that was noticed. */
  async crash(): Promise<void> {
    await this.reach('ready');
    process.kill(Number(this.status().pid), 'SIGKILL');
    await new Promise<void>((resolve) => this.once('status', () => resolve()));
  }
}

/** The processes that Linux lists as this one's children. */
function children(): string[] {
  const listed = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return listed.split(' ').filter((child) => child !== '');
}

/** A file that may not be run. */
function forbiddenProgram(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'bridge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = path.join(folder, 'sidecar');
  writeFileSync(program, '');
  chmodSync(program, 0o600);
  return program;
}

beforeEach(() => {
  // Processes take the time they take; only the supervisor's own waits are ours to end.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('nothing runs until it is started or asked', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  expect(supervisor.status()).toEqual({ state: 'idle' });
  expect(await supervisor.request(METRICS)).toEqual([]);
  expect(supervisor.states).toEqual(['starting', 'ready']);
  expect(supervisor.status()).toEqual({ state: 'ready', pid: (await supervisor.hello()).pid });
});

test('what is pending when the sidecar dies fails at once, and another is started by itself', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [STATUS]: 'exit' }));
  await expect(supervisor.request(STATUS)).rejects.toMatchObject({ code: 'stopped' });
  expect(supervisor.status()).toEqual({ state: 'backoff', error: 'stopped' });
  vi.advanceTimersByTime(250);
  expect(supervisor.status()).toEqual({ state: 'starting' });
  expect(await supervisor.request(METRICS)).toEqual([]);
});

test('an end between two calls fails the next one, once, even if another runs by then', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  supervisor.start();
  await supervisor.crash();
  expect(supervisor.log.join()).toContain('SIGKILL');
  vi.advanceTimersByTime(250);
  await supervisor.reach('ready');
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'stopped' });
  expect(await supervisor.request(METRICS)).toEqual([]);
});

test('calls between a crash and the next start fail at once and start nothing', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: 'exit' }));
  for (let i = 0; i < 100; i++) {
    await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'stopped' });
  }
  expect(supervisor.states).toEqual(['starting', 'backoff']);
});

test('five sidecars that never answered are enough, until a probe a minute later', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: 'exit' }));
  supervisor.start();
  for (const delayMs of [250, 500, 1000, 2000]) {
    await supervisor.reach('backoff');
    vi.advanceTimersByTime(delayMs - 1);
    expect(supervisor.status().state).toBe('backoff');
    vi.advanceTimersByTime(1);
    expect(supervisor.status().state).toBe('starting');
  }
  await supervisor.reach('failed');
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'given-up' });

  // No more than one try a minute, even when the first five are three minutes ago.
  for (let minute = 1; minute <= 4; minute++) {
    supervisor.states.length = 0;
    vi.advanceTimersByTime(MINUTE_MS - 1);
    expect(supervisor.states).toEqual([]);
    vi.advanceTimersByTime(1);
    await supervisor.reach('failed');
    expect(supervisor.states).toEqual(['starting', 'failed']);
  }
});

test('a probe that finds all well ends the failure', async () => {
  const command = fakeSidecar('answering');
  const program = path.join(path.dirname(forbiddenProgram()), 'sidecar');
  const supervisor = new Supervised({ ...command, command: program });
  supervisor.start();
  await supervisor.reach('failed');
  writeFileSync(program, `#!/bin/sh\nexec '${command.command}' "$@"\n`);
  chmodSync(program, 0o700);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(await supervisor.request(METRICS)).toEqual([]);
});

test('a sidecar that answered before each crash is started again more than five times', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [STATUS]: null }));
  for (let i = 0; i < 6; i++) {
    expect(await supervisor.request(METRICS)).toEqual([]);
    const inFlight = expect(supervisor.request(STATUS)).rejects.toMatchObject({ code: 'stopped' });
    await supervisor.crash();
    await inFlight;
    vi.advanceTimersByTime(8000);
  }
  expect(await supervisor.request(METRICS)).toEqual([]);
});

test.each([
  ['is missing', () => ({ command: '/no/such/program', args: [] }), 'not-started'],
  ['may not be run', () => ({ command: forbiddenProgram(), args: [] }), 'not-started'],
  [
    'is inside an archive',
    () => ({ command: path.join(forbiddenProgram(), 'sidecar'), args: [] }),
    'not-started',
  ],
  [
    'speaks another protocol',
    () => fakeSidecar('answering', { [HELLO]: OTHER_PROTOCOL }),
    'invalid-answer',
  ],
  [
    'is damaged',
    () => ({
      ...fakeSidecar('answering'),
      verify: () => Promise.reject(new BridgeError('damaged', 'not as it was built')),
    }),
    'damaged',
  ],
  ['says nonsense', () => fakeSidecar('answering', { [HELLO]: 'hello' }), 'invalid-answer'],
])('a program that %s fails at once', async (_what, sidecar, error) => {
  const supervisor = new Supervised(sidecar());
  supervisor.start();
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: error });
  expect(supervisor.states).toEqual(['starting', 'failed']);
  expect(supervisor.status().error).toBe(error);
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: error });
});

test('a sidecar that is being verified when the bridge stops is not started', async () => {
  let finish: () => void = () => undefined;
  const verify = () => new Promise<void>((resolve) => (finish = resolve));
  const supervisor = new Supervised({ command: '/no/such/program', args: [], verify });
  const request = expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'closing' });
  await supervisor.stop();
  finish();
  await request;
});

test('a sidecar is not started when the host stops it on hearing of the start', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  supervisor.on('status', ({ state }) => {
    if (state === 'starting') void supervisor.stop();
  });
  supervisor.start();
  await supervisor.stop();
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'closing' });
  expect(supervisor.states).toEqual(['starting', 'stopping', 'stopped']);
});

test('a retry starts what has failed at once, and earlier crashes do not count any more', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: 'exit' }));
  supervisor.start();
  for (let crash = 1; crash < 5; crash++) {
    await supervisor.reach('backoff');
    vi.advanceTimersByTime(8000);
  }
  await supervisor.reach('failed');
  supervisor.retry();
  await supervisor.reach('backoff');
  supervisor.retry();
  expect(supervisor.status().state).toBe('starting');
});

test('a retry of what runs changes nothing', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  const before = await supervisor.hello();
  supervisor.retry();
  expect(await supervisor.hello()).toEqual(before);
});

test('a sidecar that was refused is killed at once', async () => {
  const supervisor = new Supervised(
    fakeSidecar('answering', { [HELLO]: OTHER_PROTOCOL, deaf: true }),
  );
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'invalid-answer' });
  await expect.poll(children).toEqual([]);
});

test('a sidecar that does not say hello is killed, and another is started', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: null, deaf: true }));
  const rejection = expect(supervisor.request(METRICS)).rejects.toMatchObject({
    code: 'timed-out',
  });
  await vi.advanceTimersByTimeAsync(9999);
  expect(supervisor.states).toEqual(['starting']);
  await vi.advanceTimersByTimeAsync(1);
  await rejection;
  expect(supervisor.states).toEqual(['starting', 'backoff']);
  await expect.poll(children).toEqual([]);
});

test('a sidecar that leaves two calls in a row unanswered is killed, and another is started', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  const before = await supervisor.hello();
  process.kill(before.pid, 'SIGSTOP');
  for (let i = 0; i < 2; i++) {
    const rejection = expect(supervisor.request(METRICS)).rejects.toMatchObject({
      code: 'timed-out',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await rejection;
  }
  expect(supervisor.states).toEqual(['starting', 'ready', 'backoff']);
  await expect.poll(children).toEqual([]);
  // The end of the one that was killed is no second crash.
  expect(supervisor.states).toEqual(['starting', 'ready', 'backoff']);
  vi.advanceTimersByTime(250);
  expect(await supervisor.hello()).not.toEqual(before);
});

test('a late answer between two unanswered calls is a sign of life', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [STATUS]: null }));
  for (let i = 0; i < 3; i++) {
    const rejection = expect(supervisor.request(STATUS)).rejects.toMatchObject({
      code: 'timed-out',
    });
    await supervisor.request(METRICS);
    await vi.advanceTimersByTimeAsync(5000);
    await rejection;
  }
  expect(supervisor.states).toEqual(['starting', 'ready']);
});

test('a sidecar that answers with errors is alive', async () => {
  const supervisor = new Supervised(
    fakeSidecar('answering', { [STATUS]: null, [METRICS]: 'error' }),
  );
  for (let i = 0; i < 3; i++) {
    const rejection = expect(supervisor.request(STATUS)).rejects.toMatchObject({
      code: 'timed-out',
    });
    await expect(supervisor.request(METRICS)).rejects.toMatchObject({
      code: 'driver-not-answering',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await rejection;
  }
  expect(supervisor.states).toEqual(['starting', 'ready']);
});

test('when a stuck sidecar is replaced, no call waits for its own time-out', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [STATUS]: null }));
  await supervisor.hello();
  const first = supervisor.request(STATUS);
  const rejection = expect(first).rejects.toMatchObject({ code: 'timed-out' });
  await vi.advanceTimersByTimeAsync(5000);
  await rejection;
  const second = supervisor.request(STATUS);
  await vi.advanceTimersByTimeAsync(3000);
  const outcomes = Promise.allSettled([second, supervisor.request(STATUS)]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await outcomes).toMatchObject(Array(2).fill({ reason: { code: 'timed-out' } }));
});

test('calls asked side by side tell of one pause, after which the sidecar goes on', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [STATUS]: null }));
  const before = await supervisor.hello();
  const first = [supervisor.request(STATUS)];
  await vi.advanceTimersByTimeAsync(1000);
  first.push(supervisor.request(STATUS));
  const outcomes = Promise.allSettled(first);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await outcomes).toMatchObject(Array(2).fill({ reason: { code: 'timed-out' } }));
  expect(await supervisor.hello()).toEqual(before);
  expect(supervisor.states).toEqual(['starting', 'ready']);
});

test('none is started beside one that cannot be ended', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: OTHER_PROTOCOL }));
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'invalid-answer' });
  // In this very moment it is killed but has not ended, as one that hangs in the kernel.
  supervisor.retry();
  expect(children()).toHaveLength(1);
  expect(supervisor.status()).toEqual({ state: 'backoff', error: 'stopped' });
});

test('no call times out while the computer sleeps', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [STATUS]: null }));
  await supervisor.request(METRICS);
  const outcome = vi.fn();
  void supervisor.request(STATUS).catch(outcome);
  await vi.advanceTimersByTimeAsync(4000);
  supervisor.suspend();
  await vi.advanceTimersByTimeAsync(20_000);
  supervisor.resume();
  await vi.advanceTimersByTimeAsync(999);
  expect(outcome).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(outcome).toHaveBeenCalledOnce();
});

test('an end while the computer falls asleep is no crash, and waking up starts another at once', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: 'exit' }));
  for (let night = 0; night < 10; night++) {
    supervisor.suspend();
    supervisor.start();
    await supervisor.reach('backoff');
    vi.advanceTimersByTime(20_000);
    expect(supervisor.status().state).toBe('backoff');
    supervisor.resume();
    expect(supervisor.status().state).toBe('starting');
    supervisor.suspend();
    await supervisor.reach('backoff');
  }
});

test('waking up ends a pause between two starts', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  supervisor.start();
  await supervisor.crash();
  supervisor.suspend();
  supervisor.resume();
  expect(supervisor.status().state).toBe('starting');
});

test('waking up tries once more what was given up', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: OTHER_PROTOCOL }));
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'invalid-answer' });
  await expect.poll(children).toEqual([]);
  expect(supervisor.status().state).toBe('failed');
  supervisor.suspend();
  supervisor.resume();
  expect(supervisor.status().state).toBe('starting');
  await supervisor.reach('failed');
});

test("a host's listener that fails stops nothing", async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  supervisor.on('status', () => {
    throw new Error('the host has a fault');
  });
  expect(await supervisor.request(METRICS)).toEqual([]);
  expect(supervisor.log.join()).toContain('the host has a fault');
});

test('after stop there is no process, and no call, retry or waking up starts one', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  await supervisor.request(METRICS);
  await supervisor.stop();
  expect(children()).toEqual([]);
  supervisor.start();
  supervisor.retry();
  supervisor.resume();
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'closing' });
  expect(supervisor.states).toEqual(['starting', 'ready', 'stopping', 'stopped']);
});

test('a stop ends one that is being started, whose callers are told', async () => {
  const supervisor = new Supervised(fakeSidecar('answering', { [HELLO]: null }));
  const outcome = supervisor.request(METRICS).catch((error: unknown) => error);
  await supervisor.stop();
  expect(await outcome).toMatchObject({ code: 'stopped' });
  expect(children()).toEqual([]);
  expect(supervisor.states).toEqual(['starting', 'stopping', 'stopped']);
});

test('a stop ends a pause between two starts for good', async () => {
  const supervisor = new Supervised(fakeSidecar('answering'));
  supervisor.start();
  await supervisor.crash();
  await supervisor.stop();
  vi.advanceTimersByTime(HOUR_MS);
  expect(supervisor.states).toEqual(['starting', 'ready', 'backoff', 'stopping', 'stopped']);
  expect(vi.getTimerCount()).toBe(0);
});
