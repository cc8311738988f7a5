import type { IpcMain, IpcMainInvokeEvent } from 'electron';

type Handler = Parameters<IpcMain['handle']>[1];

export const PAGE_URL = 'file:///app/index.html';

/** Electron's ipcMain as far as the bridge uses it. */
export class FakeIpcMain implements Pick<IpcMain, 'handle' | 'removeHandler'> {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    this.handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  /** Calls as the app's own page does. */
  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    return this.invokeFrom(callFrom(PAGE_URL), channel, ...args);
  }

  async invokeFrom(event: IpcMainInvokeEvent, channel: string, ...args: unknown[]) {
    return (await this.handlers.get(channel)?.(event, ...args)) as unknown;
  }
}

/** The event of a call from a window's page. */
export function callFrom(url: string): IpcMainInvokeEvent {
  const mainFrame = { url };
  return { senderFrame: mainFrame, sender: { mainFrame } } as unknown as IpcMainInvokeEvent;
}
