import type { IpcMain, IpcMainInvokeEvent } from 'electron';

type Handler = Parameters<IpcMain['handle']>[1];

export const PAGE_URL = 'file:///app/index.html';

/** Electron's ipcMain as far as the bridge uses it. */
export class FakeIpcMain implements Pick<IpcMain, 'handle' | 'removeHandler'> {
  readonly handlers = new Map<string, Handler>();
  readonly #ownPage = callFrom(PAGE_URL);

  handle(channel: string, handler: Handler): void {
    this.handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  /** Calls as the app's own page does; each time it is the same one. */
  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    return this.invokeFrom(this.#ownPage, channel, ...args);
  }

  async invokeFrom(event: IpcMainInvokeEvent, channel: string, ...args: unknown[]) {
    return (await this.handlers.get(channel)?.(event, ...args)) as unknown;
  }
}

/** The event of a call from a page, in a window of its own. */
export function callFrom(url: string): IpcMainInvokeEvent {
  const mainFrame = { url };
  return { senderFrame: mainFrame, sender: { mainFrame } } as unknown as IpcMainInvokeEvent;
}
