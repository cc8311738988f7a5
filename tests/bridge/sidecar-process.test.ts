import { EventEmitter, once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BridgeError } from '../../bridge/src/errors.ts';
import {
  SidecarProcess,
  spawnOptions,
  type SidecarProgram,
} from '../../bridge/src/sidecar-process.ts';
import { isRunning } from '../e2e/processes.ts';
import { fakeSidecar } from './fake-sidecar.ts';

const onLinux = process.platform === 'linux';

interface ProcessFacts {
  args: string[];
  env: Record<string, string>;
}

function startFake(command: SidecarProgram) {
  const lines: string[] = [];
  const logged: Record<'info' | 'warn' | 'error', string[]> = { info: [], warn: [], error: [] };
  const news = new EventEmitter();
  const ended = new Promise<BridgeError>((resolve) => news.once('end', resolve));
  const child = new SidecarProcess(
    command,
    {
      onLine: (line) => {
        lines.push(line);
        news.emit('line', line);
      },
      onEnd: (error) => news.emit('end', error),
    },
    {
      info: (line) => logged.info.push(line),
      warn: (line) => logged.warn.push(line),
      error: (line) => logged.error.push(line),
    },
  );
  return { child, lines, logged, ended, nextLine: () => once(news, 'line') };
}

/** This process's pipes and sockets: each child has three while it lives. */
function openPipes(): number {
  return readdirSync('/proc/self/fdinfo').length;
}

test('lines go in and come out', async () => {
  const { child, lines, ended, nextLine } = startFake(fakeSidecar('answering'));
  child.write('{"id":5,"method":"dashboard:get-gpu-metrics"}');
  await nextLine();
  expect(lines).toEqual(['{"jsonrpc":"2.0","id":5,"result":[]}']);
  await child.stop();
  expect((await ended).code).toBe('stopped');
});

test('one that goes on after the end of stdin is told by SIGTERM, and may clean up', async () => {
  const { child, ended, nextLine } = startFake(fakeSidecar('polite'));
  await nextLine();
  await child.stop();
  expect((await ended).message).toContain('exit code 42');
});

test.runIf(process.platform !== 'win32').each(['exec sleep 600', 'exit 0'])(
  'what leads to another computer leaves no helper of its own behind: %s',
  async (then) => {
    const { child, lines, ended, nextLine } = startFake({
      command: '/bin/sh',
      // As ssh does with a jump: the helper holds its pipes, and knows nothing of its end.
      args: ['-c', `sleep 600 & echo $!; ${then}`],
      remote: { environment: {}, diagnose: () => 'unreachable' },
    });
    await nextLine();
    await child.stop();
    await ended;
    await expect.poll(() => isRunning(Number(lines[0]))).toBe(false);
  },
);

test('one that heeds neither the end of stdin nor SIGTERM is killed', async () => {
  const { child, ended, nextLine } = startFake(fakeSidecar('deaf'));
  await nextLine();
  await child.stop();
  expect((await ended).message).toContain('SIGKILL');
});

test('what it writes to stderr goes to the log and never blocks it', async () => {
  const { ended, lines, logged } = startFake(fakeSidecar('noisy'));
  await ended;
  expect(lines).toContain('é');
  expect(logged.info.length).toBeGreaterThan(0);
});

test('of many lines on stderr the first are logged, and the last when it has ended', async () => {
  const { ended, logged } = startFake(fakeSidecar('dying'));
  await ended;
  await expect.poll(() => logged.warn.join('\n')).toMatch(/last words:\n[^]*\nthe reason$/);
  expect(logged.info).toHaveLength(100);
});

test('a missing program ends it as not started', async () => {
  const { ended } = startFake({ command: '/no/such/program', args: [] });
  expect((await ended).code).toBe('not-started');
});

test('a path inside an archive, which spawn refuses by throwing, is reported as not started', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bridge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'app.asar'), '');
  const command = path.join(folder, 'app.asar', 'sidecar');
  expect(() => startFake({ command, args: [] })).toThrow('ENOTDIR');
});

test.runIf(onLinux)('a system without a free file descriptor is reported, too', async () => {
  const taken: number[] = [];
  const takeAll = () => {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  };
  expect(takeAll).toThrow('EMFILE');
  try {
    const { ended } = startFake(fakeSidecar('answering'));
    expect((await ended).message).toContain('EMFILE');
  } finally {
    for (const fd of taken) closeSync(fd);
  }
});

test('it gets the pid of its parent, and none of the secrets of the app', async () => {
  process.env['SECRET_OF_THE_APP'] = 'secret';
  onTestFinished(() => {
    delete process.env['SECRET_OF_THE_APP'];
  });
  const { child, lines, nextLine } = startFake(fakeSidecar('answering'));
  child.write('{"id":1,"method":"test:process"}');
  await nextLine();
  await child.stop();
  const { args, env } = (JSON.parse(lines[0] ?? '') as { result: ProcessFacts }).result;
  expect(args).toEqual(['--parent-pid', String(process.pid)]);
  expect(env).toHaveProperty('PATH');
  expect(env).not.toHaveProperty('SECRET_OF_THE_APP');
});

test('why a program ended that leads elsewhere is told by its exit code and its last words', async () => {
  // Its words come after its end, as from a process that it has started.
  const script = '(echo "no such host" >&2) & exit 255';
  const diagnose = (exitCode: number | null, lastWords: string) =>
    exitCode === 255 && lastWords === 'no such host' ? 'unreachable' : 'stopped';
  const { ended } = startFake({
    command: '/bin/sh',
    args: ['-c', script],
    remote: { environment: {}, diagnose },
  });
  expect((await ended).code).toBe('unreachable');
});

test('it is started without a shell, without a window on Windows, and not detached', () => {
  const options = spawnOptions({ PATH: '/bin' });
  expect(options).toMatchObject({ env: { PATH: '/bin' }, shell: false, windowsHide: true });
  expect(options).not.toHaveProperty('detached');
});

test('writing to one that has ended harms nobody', async () => {
  const { child, ended } = startFake(fakeSidecar('answering', { x: 'exit' }));
  child.write('{"id":1,"method":"x"}');
  expect((await ended).message).toContain('exit code 3');
  child.write('{"id":2,"method":"x"}');
  await child.stop();
});

test('writing to one that does not read any more harms nobody', async () => {
  const { child, logged, ended } = startFake(fakeSidecar('answering', { x: 'exit' }));
  // Both are on their way before the first ends it: the second finds no reader.
  child.write('{"id":1,"method":"x"}');
  child.write('x'.repeat(1 << 20));
  await ended;
  await expect.poll(() => logged.info).toContainEqual(expect.stringMatching(/EPIPE|ECONNRESET/));
});

test.each([
  ['stdout', 'lines'],
  ['stdout', 'line'],
  ['stderr', 'lines'],
  ['stderr', 'line'],
])('one that floods %s with an endless %s is killed, and that is told once', async (...flood) => {
  const { ended, lines, logged } = startFake(fakeSidecar('flooding', ...flood));
  expect((await ended).message).toContain('SIGKILL');
  expect(logged.error).toEqual(['the sidecar floods its output and is killed']);
  expect(lines.length).toBeLessThanOrEqual(8192);
});

test('a line that is too long costs that line, and is told once', async () => {
  const { child, lines, logged, nextLine } = startFake(
    fakeSidecar('answering', { long: 'long', short: 'short' }),
  );
  child.write('{"id":1,"method":"long"}\n{"id":2,"method":"long"}\n{"id":3,"method":"short"}');
  await nextLine();
  expect(lines).toEqual(['{"jsonrpc":"2.0","id":3,"result":"short"}']);
  expect(logged.warn).toEqual([expect.stringContaining('too long')]);
  await child.stop();
});

test.runIf(onLinux)(
  'a process that inherited its pipes keeps neither its end nor them',
  async () => {
    const before = openPipes();
    const { ended, lines, nextLine } = startFake(fakeSidecar('survived'));
    await nextLine();
    onTestFinished(() => {
      process.kill(Number(lines[0]), 'SIGKILL');
    });
    expect((await ended).message).toContain('exit code 0');
    await expect.poll(openPipes).toBe(before);
    expect(readFileSync(`/proc/${lines[0]}/cmdline`, 'utf8')).toContain('setInterval');
  },
);
