import { EventEmitter, once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  createGpuMetricsBridge,
  type GpuMetricsBridgeOptions,
  type SidecarStatus,
} from '../../bridge/src/index.ts';
import { FakeApp } from './fake-app.ts';
import { FakeIpcMain, PAGE_URL } from './fake-ipc-main.ts';
import { fakeSidecar } from './fake-sidecar.ts';

function createBridge(options: Partial<GpuMetricsBridgeOptions> = {}) {
  const app = new FakeApp();
  const ipcMain = new FakeIpcMain();
  const powerMonitor = new EventEmitter();
  const sidecar = fakeSidecar('answering');
  const bridge = createGpuMetricsBridge({
    app,
    ipcMain,
    powerMonitor,
    pageUrl: PAGE_URL,
    sidecar,
    ...options,
  });
  onTestFinished(() => bridge.stop());
  const reach = (state: string) =>
    new Promise<SidecarStatus>((resolve) => {
      const resolveIfThere = (status: SidecarStatus) => {
        if (status.state === state) resolve(status);
      };
      resolveIfThere(bridge.status());
      onTestFinished(bridge.onStatus(resolveIfThere));
    });
  return { app, ipcMain, powerMonitor, bridge, reach };
}

test('pages are answered while the app runs, and the sidecar ends before the app does', async () => {
  const logger = { info: () => undefined, warn: fail, error: fail };
  const { app, ipcMain, bridge } = createBridge({ logger });
  expect(await ipcMain.invoke('dashboard:get-gpu-metrics')).toEqual([]);
  const { pid } = bridge.status();

  const quit = once(app, 'quit');
  app.quit();
  await quit;
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});

test('an app whose sidecar cannot be started quits all the same', async () => {
  const { app } = createBridge({ sidecar: { command: '/no/such/program', args: [] } });
  const quit = once(app, 'quit');
  app.quit();
  await quit;
});

test('the host sees how the sidecar is, hears of changes, and can have it started again', async () => {
  const { bridge, reach } = createBridge();
  const { pid } = await reach('ready');
  const heard: string[] = [];
  const stopListening = bridge.onStatus(({ state }) => heard.push(state));
  process.kill(Number(pid), 'SIGKILL');
  expect(await reach('backoff')).toEqual({ state: 'backoff', error: 'stopped' });
  bridge.retry();
  await reach('ready');
  expect(heard).toEqual(['backoff', 'starting', 'ready']);
  stopListening();
  await bridge.stop();
  expect(heard).toHaveLength(3);
});

test('a logger and a listener that throw cost neither the supervision nor other listeners', async () => {
  const broken = () => {
    throw new Error('the disk is full');
  };
  const { bridge, reach } = createBridge({
    logger: { info: broken, warn: broken, error: broken },
  });
  onTestFinished(bridge.onStatus(broken));
  const { pid } = await reach('ready');
  process.kill(Number(pid), 'SIGKILL');
  await reach('backoff');
  bridge.retry();
  expect((await reach('ready')).pid).not.toBe(pid);
});

test('the computer falling asleep and waking up reaches the supervision', async () => {
  const { bridge, powerMonitor, reach } = createBridge();
  const { pid } = await reach('ready');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  powerMonitor.emit('suspend');
  process.kill(Number(pid), 'SIGKILL');
  await reach('backoff');
  vi.advanceTimersByTime(10_000);
  expect(bridge.status().state).toBe('backoff');
  powerMonitor.emit('resume');
  expect(bridge.status()).toEqual({ state: 'starting' });
});

test('the computer falling asleep is no failure of another one', async () => {
  const log: string[] = [];
  const note = (line: string) => void log.push(line);
  const { ipcMain, powerMonitor } = createBridge({
    hosts: [{ name: 'box', ...fakeSidecar('answering') }],
    logger: { info: note, warn: note, error: note },
  });
  const logged = (pattern: RegExp) => vi.waitUntil(() => pattern.exec(log.join('\n')));
  await ipcMain.invoke('dashboard:get-gpu-metrics');
  const [, pid] = await logged(/box: sidecar 0 is ready, pid (\d+)/);
  powerMonitor.emit('suspend');
  process.kill(Number(pid), 'SIGKILL');
  await logged(/box: .*; the next start is in 0 ms/);
});

test('the host may set every option, and only valid ones', async () => {
  const options = { intervalMs: 1000, processNames: true };
  const sidecar = fakeSidecar('answering', { 'dashboard:set-gpu-options': options });
  const { bridge } = createBridge({ sidecar });
  expect(await bridge.setOptions(options)).toEqual(options);
  await expect(bridge.setOptions({ intervalMs: 1 })).rejects.toMatchObject({
    code: 'invalid-options',
  });
});

test('a program to be looked for in PATH is refused', () => {
  expect(() => createBridge({ sidecar: { command: 'python3', args: [] } })).toThrow('absolute');
});

test('a stop leaves nothing of the bridge on the app', async () => {
  const { app, ipcMain, powerMonitor, bridge } = createBridge();
  await bridge.stop();
  expect(bridge.status()).toEqual({ state: 'stopped' });
  expect([...ipcMain.handlers.keys()]).toEqual([]);
  expect(app.eventNames()).toEqual([]);
  expect(powerMonitor.eventNames()).toEqual([]);
});

function fail(line: string): void {
  throw new Error(`nothing was to be warned of: ${line}`);
}
