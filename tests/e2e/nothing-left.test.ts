import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { familyOf, isRunning, isSidecar, sidecarsOf } from './processes.ts';
import { launchShim, ourElectron, SOON } from './shim.ts';

/** What is promised: nothing is left after so long, or where a hung sidecar must be killed. */
const GONE = { timeout: 1000, interval: 20 };
const GONE_BY_FORCE = { timeout: 2000, interval: 20 };

/** `npm start` builds the app first. */
const BUILT_AND_STARTED = { timeout: 90_000 };

const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

interface Started {
  process: ChildProcess;
  /** All of its processes, the sidecar included; and the sidecar. */
  family: number[];
  sidecar: number;
}

function profile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shim-profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

/** Starts a program that brings up the shim, and waits for its sidecar. Ends all with the test. */
async function startApp(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Started> {
  const app = spawn(command, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
    // A group of its own, as a shell gives to what it starts.
    detached: true,
    stdio: 'ignore',
  });
  const pid = Number(app.pid);
  onTestFinished(() => killGroup(pid));
  const sidecar = await vi.waitUntil(() => familyOf(pid).find(isSidecar), BUILT_AND_STARTED);
  return { process: app, family: familyOf(pid), sidecar };
}

function startElectron(args: string[], env?: Record<string, string>): Promise<Started> {
  const electron = ourElectron();
  const allArgs = [...electron.args, `--user-data-dir=${profile()}`, ...args];
  return startApp(electron.executable, allArgs, env);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

const survivors = (pids: number[]) => pids.filter(isRunning);

test('an app that is killed leaves nothing', async () => {
  const app = await startElectron(['--simulate', '1']);
  app.process.kill('SIGKILL');
  await expect.poll(() => survivors(app.family), GONE).toEqual([]);
});

test('an app that is killed leaves no sidecar that is stopped', async () => {
  const driver = new FakeDriver('devices 1');
  const app = await startElectron([], driver.env);
  // By its second sweep it has told the kernel to end it with the app.
  await expect.poll(() => driver.calls('nvmlDeviceGetPowerUsage'), SOON).toBeGreaterThan(1);
  process.kill(app.sidecar, 'SIGSTOP');
  app.process.kill('SIGKILL');
  await expect.poll(() => survivors([app.sidecar]), GONE).toEqual([]);
});

test('an app that is killed leaves no sidecar that hangs in a driver', async () => {
  const driver = new FakeDriver('devices 1', '0 nvmlDeviceGetPowerUsage hang');
  const app = await startElectron([], driver.env);
  await expect.poll(() => driver.calls('nvmlDeviceGetPowerUsage'), SOON).toBeGreaterThan(0);
  app.process.kill('SIGKILL');
  await expect.poll(() => survivors([app.sidecar]), GONE).toEqual([]);
});

test('an app that is told to end takes a sidecar that hangs in a driver with it', async () => {
  const driver = new FakeDriver('devices 1', '0 nvmlDeviceGetPowerUsage hang');
  const app = await startElectron([], driver.env);
  await expect.poll(() => driver.calls('nvmlDeviceGetPowerUsage'), SOON).toBeGreaterThan(0);
  app.process.kill('SIGTERM');
  await expect.poll(() => survivors(app.family), GONE_BY_FORCE).toEqual([]);
});

test('an app that is told to end does not wait longer for a sidecar that must be killed', async () => {
  const app = await startElectron(['--simulate', '1']);
  process.kill(app.sidecar, 'SIGSTOP');
  app.process.kill('SIGTERM');
  await expect.poll(() => survivors(app.family), GONE_BY_FORCE).toEqual([]);
});

test('a page that crashes costs no sidecar and makes no second one', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  const sidecar = await shim.sidecar();
  const crashed = shim.page.waitForEvent('crash');
  await shim.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  await crashed;
  // Playwright has lost this page for good; the main process has not.
  await shim.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.reload();
  });
  const gpus = () =>
    shim.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        `electron.invoke('dashboard:get-gpu-metrics')`,
      ),
    );
  await expect.poll(gpus, SOON).toMatchObject([{ gpuId: 'GPU-0' }]);
  expect(sidecarsOf(shim.app.process().pid)).toEqual([sidecar]);
  await shim.quit();
  await expect.poll(() => isRunning(sidecar), GONE).toBe(false);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'npm start ended by %s leaves nothing',
  { timeout: 2 * BUILT_AND_STARTED.timeout },
  async (signal) => {
    const switches = ourElectron().args.filter((arg) => arg.startsWith('--'));
    const args = [...switches, `--user-data-dir=${profile()}`, '--simulate', '1'];
    const app = await startApp('npm', ['start', '--', ...args]);
    // Ctrl-C reaches the whole group; a service manager's SIGTERM only npm.
    const npm = Number(app.process.pid);
    process.kill(signal === 'SIGINT' ? -npm : npm, signal);
    await expect.poll(() => survivors(app.family), GONE_BY_FORCE).toEqual([]);
  },
);
