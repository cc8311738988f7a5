import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { silentLogger, type Logger } from '../../bridge/src/logger.ts';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';
import { Supervisor } from '../../bridge/src/supervisor.ts';
import { fakeSidecar } from './fake-sidecar.ts';

const METRICS = 'dashboard:get-gpu-metrics';
const STATUS = 'dashboard:get-gpu-status';
const started: Supervisor[] = [];

function supervise(sidecar: SidecarCommand, logger: Logger = silentLogger): Supervisor {
  const supervisor = new Supervisor(sidecar, logger);
  started.push(supervisor);
  return supervisor;
}

/** The processes that Linux lists as a process's children. */
function childrenOf(pid: number): string[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return listed.split(' ').filter((child) => child !== '');
}

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(started.splice(0).map((supervisor) => supervisor.stop()));
});

test('the first request starts the sidecar', async () => {
  expect(await supervise(fakeSidecar('answering')).request(METRICS)).toEqual([]);
});

test('calls that come while one is unanswered share its answer', async () => {
  const supervisor = supervise(fakeSidecar('answering'));
  const answers = [supervisor.request(METRICS), supervisor.request(METRICS)];
  expect(answers[0]).toBe(answers[1]);
  await answers[0];
  const later = supervisor.request(METRICS);
  expect(later).not.toBe(answers[0]);
  await later;
});

test('what is pending when the sidecar dies fails at once, and a later call starts another', async () => {
  const supervisor = supervise(fakeSidecar('answering', { [STATUS]: 'exit' }));
  const before = await supervisor.request('sidecar:hello');
  await expect(supervisor.request(STATUS)).rejects.toMatchObject({ code: 'stopped' });
  await expect
    .poll(() => supervisor.request('sidecar:hello').catch(() => before))
    .not.toEqual(before);
});

test('an end between two calls fails the next one, once', async () => {
  let noticed: (message: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (noticed = resolve));
  const supervisor = supervise(fakeSidecar('answering'), { ...silentLogger, warn: noticed });
  const before = await supervisor.request('sidecar:hello');
  process.kill(before.pid, 'SIGKILL');
  expect(await ended).toContain('SIGKILL');
  await expect(supervisor.request('sidecar:hello')).rejects.toMatchObject({ code: 'stopped' });
  await expect
    .poll(() => supervisor.request('sidecar:hello').catch(() => before))
    .not.toEqual(before);
});

test('requests in a storm do not start a failing sidecar over and over', async () => {
  // The storm lasts no time at all, however busy the machine is.
  vi.useFakeTimers({ toFake: ['performance'] });
  const ends: string[] = [];
  const supervisor = supervise(fakeSidecar('answering', { 'sidecar:hello': 'exit' }), {
    ...silentLogger,
    warn: (message) => ends.push(message),
  });
  for (let i = 0; i < 100; i++) {
    await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'stopped' });
  }
  expect(ends).toHaveLength(1);
});

test('a sidecar of another protocol is refused', async () => {
  const hello = { protocolVersion: 99, sidecarVersion: '99', pid: 1, methods: [] };
  const supervisor = supervise(fakeSidecar('answering', { 'sidecar:hello': hello }));
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'invalid-answer' });
});

test('a sidecar that was refused is ended too before stop resolves', async () => {
  const hello = { protocolVersion: 99, sidecarVersion: '99', pid: 1, methods: [] };
  const sidecar = fakeSidecar('answering', { 'sidecar:hello': hello, deaf: true });
  const supervisor = supervise(sidecar);
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'invalid-answer' });
  await supervisor.stop();
  expect(childrenOf(process.pid)).toEqual([]);
});

test('a sidecar that does not answer any more is replaced', async () => {
  const supervisor = supervise(fakeSidecar('answering'));
  const before = await supervisor.request('sidecar:hello');
  process.kill(before.pid, 'SIGSTOP');
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  for (let i = 0; i < 2; i++) {
    const rejection = expect(supervisor.request(METRICS)).rejects.toMatchObject({
      code: 'timed-out',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await rejection;
  }
  await vi.advanceTimersByTimeAsync(1000);
  vi.useRealTimers();
  await expect
    .poll(() => supervisor.request('sidecar:hello').catch(() => before), { timeout: 15_000 })
    .not.toEqual(before);
});

test('a program that is missing is reported as not started', async () => {
  const supervisor = supervise({ command: '/no/such/program', args: [] });
  supervisor.start();
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'not-started' });
});

test('after stop there is no process, and no call starts one', async () => {
  const supervisor = supervise(fakeSidecar('answering'));
  const { pid } = await supervisor.request('sidecar:hello');
  await supervisor.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await expect(supervisor.request(METRICS)).rejects.toMatchObject({ code: 'closing' });
});
