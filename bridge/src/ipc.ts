import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { CHANNELS, type Channel } from './channels.ts';
import { BridgeError } from './errors.ts';
import { toHookValues } from './hook-values.ts';
import type { Logger } from './logger.ts';
import { pageMessage } from './page-messages.ts';
import type { Supervisor } from './supervisor.ts';

/** Answers the pages' calls from the sidecar. Returns what takes the handlers away again. */
export function registerIpcHandlers(
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>,
  supervisor: Pick<Supervisor, 'request'>,
  logger: Logger,
): () => void {
  const answers: Record<Channel, () => Promise<unknown>> = {
    'dashboard:get-gpu-metrics': async () =>
      toHookValues(await supervisor.request('dashboard:get-gpu-metrics')),
    'dashboard:get-gpu-status': () => supervisor.request('dashboard:get-gpu-status'),
  };
  const logFailure = withoutRepeats((message) => logger.warn(message));
  for (const channel of CHANNELS) {
    ipcMain.handle(channel, async (event) => {
      try {
        requireMainFrame(event);
        return await answers[channel]();
      } catch (error) {
        logFailure(`${channel}: ${String(error)}`);
        throw new Error(pageMessage(error));
      }
    });
  }
  return () => {
    for (const channel of CHANNELS) ipcMain.removeHandler(channel);
  };
}

/** A page that asks again at once repeats a failure many times a second. */
function withoutRepeats(log: (message: string) => void): (message: string) => void {
  let last = '';
  return (message) => {
    if (message !== last) log(message);
    last = message;
  };
}

/** A frame inside the page may hold anybody's content. */
function requireMainFrame(event: IpcMainInvokeEvent): void {
  if (event.senderFrame === null || event.senderFrame !== event.sender.mainFrame) {
    throw new BridgeError('untrusted-sender', 'a call came from a frame that is not the page');
  }
}
