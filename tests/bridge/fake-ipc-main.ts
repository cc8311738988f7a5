import type { IpcMain, IpcMainInvokeEvent } from 'electron';

type Handler = Parameters<IpcMain['handle']>[1];

/** Electron's ipcMain as far as the bridge uses it. */
export class FakeIpcMain implements Pick<IpcMain, 'handle' | 'removeHandler'> {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    this.handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  async invoke(channel: string, event = fromMainFrame()): Promise<unknown> {
    return (await this.handlers.get(channel)?.(event)) as unknown;
  }
}

function fromMainFrame(): IpcMainInvokeEvent {
  const mainFrame = {};
  return { senderFrame: mainFrame, sender: { mainFrame } } as unknown as IpcMainInvokeEvent;
}
