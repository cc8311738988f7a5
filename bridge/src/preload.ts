import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS } from './channels.ts';

const ELECTRON_PREFIX = /^Error invoking remote method '[^']*': (?:Error: )?/;

export interface ExposeOptions {
  /** Channels of the app's own that `window.electron` is to reach as well. */
  channels?: readonly string[];
}

/**
 * Gives the page `window.electron` with both shapes that its hooks use, `invoke(channel)` and
 * `ipcRenderer.invoke(channel)`, for the GPU channels and those named here, and no others.
 *
 * Call it in the preload script.
 */
export function exposeGpuMetrics({ channels = [] }: ExposeOptions = {}): void {
  const allowed = new Set<string>([...CHANNELS, ...channels]);
  const invoke = async (channel: unknown, ...args: unknown[]): Promise<unknown> => {
    // A page can pass anything, an object whose text changes between two looks included.
    if (typeof channel !== 'string' || !allowed.has(channel)) {
      throw new Error('This channel is not open to the page.');
    }
    try {
      return await ipcRenderer.invoke(channel, ...args);
    } catch (error) {
      // What ipcRenderer rejects with is always an Error with a text of Electron's making.
      throw new Error((error as Error).message.replace(ELECTRON_PREFIX, ''));
    }
  };
  contextBridge.exposeInMainWorld('electron', { invoke, ipcRenderer: { invoke } });
}
