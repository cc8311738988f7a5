import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { BridgeError } from '../../bridge/src/errors.ts';
import { silentLogger, type Logger } from '../../bridge/src/logger.ts';
import { SidecarProcess } from '../../bridge/src/sidecar-process.ts';
import { fakeSidecar } from './fake-sidecar.ts';

interface ProcessFacts {
  args: string[];
  env: Record<string, string>;
}

function startFake(command: { command: string; args: readonly string[] }, logger: Logger) {
  const lines: string[] = [];
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
    logger,
  );
  return { child, lines, ended, nextLine: () => once(news, 'line') };
}

test('lines go in and come out', async () => {
  const { child, lines, ended, nextLine } = startFake(fakeSidecar('answering'), silentLogger);
  child.write('{"id":5,"method":"dashboard:get-gpu-metrics"}');
  await nextLine();
  expect(lines).toEqual(['{"jsonrpc":"2.0","id":5,"result":[]}']);
  await child.stop();
  expect((await ended).code).toBe('stopped');
});

test('one that heeds neither the end of stdin nor SIGTERM is killed', async () => {
  const { child, ended, nextLine } = startFake(fakeSidecar('deaf'), silentLogger);
  await nextLine();
  await child.stop();
  expect((await ended).message).toContain('SIGKILL');
});

test('what it writes to stderr goes to the log and never blocks it', async () => {
  const logged: string[] = [];
  const { ended, lines } = startFake(fakeSidecar('noisy'), {
    ...silentLogger,
    info: (message) => logged.push(message),
  });
  await ended;
  expect(lines).toContain('é');
  expect(logged.length).toBeGreaterThan(0);
});

test('a missing program ends it as not started', async () => {
  const { ended } = startFake({ command: '/no/such/program', args: [] }, silentLogger);
  expect((await ended).code).toBe('not-started');
});

test('a path inside an archive, which spawn refuses by throwing, is reported as not started', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bridge-'));
  try {
    writeFileSync(path.join(folder, 'app.asar'), '');
    const command = path.join(folder, 'app.asar', 'sidecar');
    expect(() => startFake({ command, args: [] }, silentLogger)).toThrow('ENOTDIR');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it gets the pid of its parent, and none of the secrets of the app', async () => {
  process.env['SECRET_OF_THE_APP'] = 'secret';
  try {
    const { child, lines, nextLine } = startFake(fakeSidecar('answering'), silentLogger);
    child.write('{"id":1,"method":"test:process"}');
    await nextLine();
    await child.stop();
    const { args, env } = (JSON.parse(lines[0] ?? '') as { result: ProcessFacts }).result;
    expect(args).toEqual(['--parent-pid', String(process.pid)]);
    expect(env).toHaveProperty('PATH');
    expect(env).not.toHaveProperty('SECRET_OF_THE_APP');
  } finally {
    delete process.env['SECRET_OF_THE_APP'];
  }
});

test('writing to one that has ended harms nobody', async () => {
  const { child, ended } = startFake(fakeSidecar('answering', { x: 'exit' }), silentLogger);
  child.write('{"id":1,"method":"x"}');
  expect((await ended).message).toContain('exit code 3');
  child.write('{"id":2,"method":"x"}');
  await child.stop();
});
