import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import type { HostApp } from '../../bridge/src/bridge.ts';
import { createGpuMetricsBridge } from '../../bridge/src/index.ts';
import { FakeIpcMain, PAGE_URL } from './fake-ipc-main.ts';
import { fakeSidecar } from './fake-sidecar.ts';

/** Electron's app as far as the bridge uses it: it quits unless a listener prevents that. */
class FakeApp extends EventEmitter implements HostApp {
  #isQuitting = false;

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  quit(): void {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    const event = new Event('will-quit', { cancelable: true });
    this.emit('will-quit', event);
    // Electron goes on after the listeners' promises, and ignores another quit until then.
    setImmediate(() => (this.#isQuitting = false));
    if (!event.defaultPrevented) this.emit('quit');
  }
}

test('pages are answered while the app runs, and the sidecar ends before the app does', async () => {
  const app = new FakeApp();
  const ipcMain = new FakeIpcMain();
  const log: string[] = [];
  const logger = { info: (line: string) => log.push(line), warn: fail, error: fail };
  const sidecar = fakeSidecar('answering');
  createGpuMetricsBridge({ app, ipcMain, pageUrl: PAGE_URL, sidecar, logger });
  expect(await ipcMain.invoke('dashboard:get-gpu-metrics')).toEqual([]);

  const quit = once(app, 'quit');
  app.quit();
  await quit;
  const pid = Number(/pid (\d+)/.exec(log.join())?.[1]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('an app whose sidecar cannot be started quits all the same', async () => {
  const app = new FakeApp();
  const sidecar = { command: '/no/such/program', args: [] };
  createGpuMetricsBridge({ app, ipcMain: new FakeIpcMain(), pageUrl: PAGE_URL, sidecar });
  const quit = once(app, 'quit');
  app.quit();
  await quit;
});

function fail(line: string): void {
  throw new Error(`nothing was to be warned of: ${line}`);
}
