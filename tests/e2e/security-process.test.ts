// What the app starts, and how often: items 9, 10 and 13 of the checklist.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import {
  argumentsOf,
  environmentOf,
  groupOf,
  listeningSocketsOf,
  sidecarsOf,
} from './processes.ts';
import { launchShim, ourElectron, SOON } from './shim.ts';

test('9: the sidecar is started by its path, without a shell, in a clean environment', async () => {
  const driver = new FakeDriver('devices 1');
  const needed = { ...driver.env, ROCM_PATH: '/opt/rocm' };
  const unwanted = {
    API_KEY: 'secret',
    ELECTRON_ENABLE_LOGGING: '0',
    // A library that is everywhere, and harmless.
    LD_PRELOAD: 'libm.so.6',
    NODE_OPTIONS: '--no-warnings',
    PYTHONPATH: '/evil',
    PYTHONSTARTUP: '/evil.py',
  };
  const shim = await launchShim({ env: { ...needed, ...unwanted } });
  await expect.poll(() => shim.field('gpuId'), SOON).toEqual(['GPU-0']);
  const main = Number(shim.app.process().pid);
  const sidecar = await shim.sidecar();

  expect(argumentsOf(sidecar)).toEqual([
    expect.stringMatching(/^\/.*\/\.venv\/bin\/python$/),
    ...['-I', '-m', 'sidecar', '--parent-pid', String(main)],
  ]);
  const environment = environmentOf(sidecar);
  expect(environment).toMatchObject(needed);
  const names = Object.keys(environment).join(' ');
  expect(names).not.toMatch(/API_KEY|ELECTRON_|LD_PRELOAD|NODE_|PYTHON|npm_/);
  // A detached process would lead a group of its own, and survive.
  expect(groupOf(sidecar)).toBe(groupOf(main));
});

test('10: the sidecar is isolated Python and can be reached over no socket', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  await expect.poll(() => shim.field('gpuId'), SOON).toEqual(['GPU-0']);
  const sidecar = await shim.sidecar();
  expect(argumentsOf(sidecar)).toContain('-I');
  expect(listeningSocketsOf(sidecar)).toEqual([]);
  // The app itself listens to what drives this test, and Electron hands that on to its children.
  expect(listeningSocketsOf(Number(shim.app.process().pid))).not.toEqual([]);
});

test('13: a second start shows the window of the first and ends', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  const sidecar = await shim.sidecar();
  const profile = await shim.app.evaluate(({ app, BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.hide();
    return app.getPath('userData');
  });
  const { executable, args } = ourElectron();
  // Rejects when it does not end by itself, or with another code than 0.
  await promisify(execFile)(executable, [...args, `--user-data-dir=${profile}`], {
    timeout: SOON.timeout,
    // A polite signal would have it quit, with code 0.
    killSignal: 'SIGKILL',
  });
  await expect
    .poll(
      () =>
        shim.app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((window) => window.isVisible()),
        ),
      SOON,
    )
    .toEqual([true]);
  expect(sidecarsOf(shim.app.process().pid)).toEqual([sidecar]);
});
