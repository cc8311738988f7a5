// docs/integration.md, carried out in an empty folder: an app of Electron Forge and Vite gets the
// bridge as its package and the bundled sidecar, is packaged by Forge, and shows a driver's numbers.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished, test, vi } from 'vitest';
import { zipElectron } from '../../scripts/electron-zip.mjs';
import { FakeDriver } from '../e2e/fake-driver.ts';
import { SOON } from '../packaged/devtools.ts';
import { launch } from '../packaged/launch.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(repository, 'dist');
const HOOK = join(repository, 'electron-shim/src/renderer/hooks/use-gpu-metrics.ts');

/** What `npm run trial` tells. */
const { ELECTRON_EXECUTABLE: electron = '', PYTHON: python = '' } = process.env;

/** Downloading Forge takes minutes. */
const STEP_LIMIT_MS = 10 * 60_000;

/** Forge and three Electrons, one of them zipped: about a gigabyte. */
const REMOVAL_LIMIT_MS = 120_000;

test('an app that follows the document shows GPU numbers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-trial-'));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 5 }), REMOVAL_LIMIT_MS);
  const app = join(folder, 'app');
  const zips = join(folder, 'zips');
  cpSync(join(repository, 'tests', 'trial', 'app'), app, { recursive: true });
  cpSync(HOOK, join(app, 'src', 'use-gpu-metrics.ts'));
  const asNode = { ELECTRON_RUN_AS_NODE: '1' };
  const print = ['-p', 'process.versions.electron'];
  const version = (await run(electron, print, folder, asNode)).trim();
  mkdirSync(zips);
  await zipElectron(electron, version, zips, python);

  cpSync(join(dist, 'sidecar'), join(app, 'sidecar'), { recursive: true });
  // What the packages' install scripts would do is download Electron.
  await run('npm', ['install', '--ignore-scripts', '--save-dev', `electron@${version}`], app);
  await run('npm', ['install', '--ignore-scripts', bridgePackage()], app);
  await run('npx', ['tsc'], app);
  await run('npx', ['electron-forge', 'package'], app, { ELECTRON_ZIPS: zips });

  const driver = new FakeDriver('devices 2', '0 utilization 42', '1 utilization 77');
  const [packaged = ''] = readdirSync(join(app, 'out'));
  const { page } = await launch(join(app, 'out', packaged, 'trial'), driver.env);
  const shown = async () => (await page.texts('p')).map((text) => /: (\d+) %/.exec(text)?.[1]);
  await vi.waitUntil(async () => (await shown()).join() === '42,77', SOON);
});

function bridgePackage(): string {
  const name = readdirSync(dist).find((file) => /^gpu-metrics-bridge-.*\.tgz$/.test(file)) ?? '';
  return join(dist, name);
}

/** Not synchronously: vitest gives up on a worker that is silent for a minute. */
async function run(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd,
    env: { ...process.env, ...env },
    timeout: STEP_LIMIT_MS,
  });
  return stdout;
}
