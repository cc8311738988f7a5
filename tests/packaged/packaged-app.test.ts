// The demo app as its users get it: in an asar archive, with its fuses set and its sidecar bundled,
// on a computer without Python.
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeDriver } from '../e2e/fake-driver.ts';
import { argumentsOf, familyOf, isRunning } from '../e2e/processes.ts';
import { SOON, type PageByDevtools } from './devtools.ts';
import { launch } from './launch.ts';

const app = fileURLToPath(new URL('../../dist/app', import.meta.url));
const PROGRAM = 'gpu-metrics-shim';
/** The digits 0 and 1, as a fuse is written in the program. */
const [OFF, ON] = [0x30, 0x31];
const SCRIPT = ['devices 2', '0 utilization 42', '1 utilization 77'];

test('the fuses are those of Electron Forge’s template', async () => {
  const { version, ...fuses } = await getCurrentFuseWire(join(app, PROGRAM));
  expect(version).toBe('1');
  expect(fuses).toMatchObject({
    [FuseV1Options.RunAsNode]: OFF,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: OFF,
    [FuseV1Options.EnableNodeCliInspectArguments]: OFF,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ON,
    [FuseV1Options.OnlyLoadAppFromAsar]: ON,
  });
});

test('shows the numbers, starts a killed sidecar again, and leaves nothing behind', async () => {
  const driver = new FakeDriver(...SCRIPT);
  const { process: main, page } = await launch(join(app, PROGRAM), driver.env);
  await vi.waitUntil(async () => (await utilization(page)).join() === '42,77', SOON);

  const first = await sidecarOf(main);
  process.kill(first, 'SIGKILL');
  driver.script('devices 2', '0 utilization 13', '1 utilization 14');
  await vi.waitUntil(async () => (await utilization(page)).join() === '13,14', SOON);
  expect(await sidecarOf(main)).not.toBe(first);

  const family = familyOf(Number(main.pid));
  main.kill('SIGKILL');
  await vi.waitUntil(() => !family.some(isRunning), SOON);
});

test('does not start a sidecar that was changed', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'changed-app-'));
  onTestFinished(() => rmSync(copy, { recursive: true, maxRetries: 5 }));
  cpSync(app, copy, { recursive: true, verbatimSymlinks: true });
  appendFileSync(join(copy, 'resources', 'sidecar', 'gpu-metrics-sidecar'), 'x');
  const { process: main, page } = await launch(join(copy, PROGRAM), {});
  await vi.waitUntil(async () => (await page.texts('body')).join().includes('damaged'), SOON);
  expect(sidecarsOf(main)).toEqual([]);
});

async function utilization(page: PageByDevtools): Promise<string[]> {
  const texts = await page.texts('[data-testid=gpu-card] [data-field=utilization]');
  return texts.map((text) => text.replace(/\D/g, ''));
}

function sidecarOf(main: ChildProcess): Promise<number> {
  return vi.waitUntil(() => sidecarsOf(main)[0], SOON);
}

function sidecarsOf(main: ChildProcess): number[] {
  return familyOf(Number(main.pid)).filter((pid) =>
    argumentsOf(pid)[0]?.endsWith('gpu-metrics-sidecar'),
  );
}
