import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withLock } from '../../scripts/lock.mjs';
import { temporaryFolder } from './temporary-folder.ts';

const lockModule = new URL('../../scripts/lock.mjs', import.meta.url).href;
const runModule = new URL('../../scripts/run.mjs', import.meta.url).href;

it('holds the lock while the body runs, and gives it back', async () => {
  const lock = join(temporaryFolder(), 'lock');
  const owner = await withLock(lock, () => Promise.resolve(ownerOf(lock)));
  expect(owner).toBe(String(process.pid));
  expect(existsSync(lock)).toBe(false);
});

it('gives the lock back when the body fails', async () => {
  const lock = join(temporaryFolder(), 'lock');
  await expect(withLock(lock, () => Promise.reject(new Error('body')))).rejects.toThrow('body');
  expect(existsSync(lock)).toBe(false);
});

it.skipIf(process.platform === 'win32')('gives the lock back when told to end', async () => {
  const lock = join(temporaryFolder(), 'lock');
  const program = `
    import { withLock } from ${JSON.stringify(lockModule)};
    import { main, run } from ${JSON.stringify(runModule)};
    const forever = "console.log('running'); setInterval(() => {}, 1e6)";
    const lock = process.argv[1];
    await main(() => withLock(lock, () => run(process.execPath, ['-e', forever])));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, lock]);
  await once(child.stdout, 'data');
  expect(ownerOf(lock)).toBe(String(child.pid));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  expect(existsSync(lock)).toBe(false);
});

it('waits no longer than it may for a living process, and names it', async () => {
  const lock = heldBy(process.ppid);
  await expect(withLock(lock, () => Promise.resolve(), 0)).rejects.toThrow(
    `Another set-up (process ${process.ppid}) does not end. End it, or if there is none, delete ${lock}`,
  );
  expect(ownerOf(lock)).toBe(String(process.ppid));
});

it('takes over the lock of a dead process', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const lock = heldBy(dead);
  expect(await withLock(lock, () => Promise.resolve(ownerOf(lock)), 0)).toBe(String(process.pid));
  expect(existsSync(lock)).toBe(false);
});

it('takes over the lock of a dead process that had our id', async () => {
  const lock = heldBy(process.pid);
  expect(await withLock(lock, () => Promise.resolve('done'), 0)).toBe('done');
});

it('lets several processes in one after the other, from a stale lock on', async () => {
  const lock = heldBy(spawnSync(process.execPath, ['--version']).pid);
  const log = `${lock}.log`;
  const program = `
    import { appendFileSync } from 'node:fs';
    import { setImmediate } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(lockModule)};
    const [lock, log] = process.argv.slice(1);
    await withLock(lock, async () => {
      appendFileSync(log, 'in,');
      await setImmediate();
      appendFileSync(log, 'out,');
    });`;
  const args = ['--input-type=module', '--eval', program, lock, log];
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, args));
  const endings = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(endings).toEqual(Array(6).fill([0, null]));
  expect(readFileSync(log, 'utf8')).toBe('in,out,'.repeat(6));
});

function heldBy(pid: number): string {
  const lock = join(temporaryFolder(), 'lock');
  mkdirSync(lock);
  writeFileSync(join(lock, 'pid'), String(pid));
  return lock;
}

function ownerOf(lock: string): string {
  return readFileSync(join(lock, 'pid'), 'utf8');
}
