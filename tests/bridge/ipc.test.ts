import type { IpcMainInvokeEvent } from 'electron';
import { expect, test } from 'vitest';
import type { MethodResults } from '../../bridge/src/contract.ts';
import { BridgeError } from '../../bridge/src/errors.ts';
import { registerIpcHandlers } from '../../bridge/src/ipc.ts';
import { silentLogger } from '../../bridge/src/logger.ts';
import { FakeIpcMain } from './fake-ipc-main.ts';

function answering(answer: () => Promise<unknown>) {
  return { request: <M extends keyof MethodResults>() => answer() as Promise<MethodResults[M]> };
}

test('a page gets the metrics with values that its hook can carry', async () => {
  const ipcMain = new FakeIpcMain();
  const gpu = { gpuId: 'GPU-0', utilization: null, memoryUsedMB: 1, memoryTotalMB: 2 };
  const supervisor = answering(() => Promise.resolve([{ ...gpu, temperatureC: 40 }]));
  registerIpcHandlers(ipcMain, supervisor, silentLogger);
  expect(await ipcMain.invoke('dashboard:get-gpu-metrics')).toEqual([
    { ...gpu, utilization: NaN, temperatureC: 40 },
  ]);
});

test('a page is told a fixed sentence, and the log the details', async () => {
  const ipcMain = new FakeIpcMain();
  const logged: string[] = [];
  const refusing = answering(() =>
    Promise.reject(new BridgeError('not-started', 'cannot start /home/me/secret')),
  );
  registerIpcHandlers(ipcMain, refusing, { ...silentLogger, warn: (line) => logged.push(line) });
  await expect(ipcMain.invoke('dashboard:get-gpu-metrics')).rejects.toThrow(
    'GPU sensors could not be started. Reinstalling the app may help.',
  );
  expect(logged.join()).toContain('/home/me/secret');
});

test.each([
  ['a frame inside the page', { senderFrame: {}, sender: { mainFrame: {} } }],
  ['a frame that is gone', { senderFrame: null, sender: { mainFrame: null } }],
])('%s gets nothing', async (_who, event) => {
  const ipcMain = new FakeIpcMain();
  registerIpcHandlers(
    ipcMain,
    answering(() => Promise.resolve([])),
    silentLogger,
  );
  await expect(
    ipcMain.invoke('dashboard:get-gpu-metrics', event as unknown as IpcMainInvokeEvent),
  ).rejects.toThrow('This page may not ask');
});
