import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS, type Channel } from './channels.ts';
import { AS_OUTCOME, type Outcome } from './outcome.ts';
import { pageMessage } from './page-messages.ts';

const ELECTRON_PREFIX = /^Error invoking remote method '[^']*': (?:Error: )?/;

export { CHANNELS };

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
  const gpuChannels = new Set<unknown>(CHANNELS);
  const appChannels = new Set<unknown>(channels);
  // A page can pass anything, an object whose text changes between two looks included; in these
  // sets are strings only. Electron freezes what it exposes.
  const invoke = async (channel: unknown, ...args: unknown[]): Promise<unknown> => {
    if (gpuChannels.has(channel)) return askForGpus(channel as Channel, args[0]);
    if (appChannels.has(channel)) return askApp(channel as string, args);
    throw new Error('This channel is not open to the page.');
  };
  contextBridge.exposeInMainWorld('electron', { invoke, ipcRenderer: { invoke } });
}

/** Rejects with one of our own sentences, and never with a text of Electron's. */
async function askForGpus(channel: Channel, payload: unknown): Promise<unknown> {
  const outcome = await ipcRenderer
    .invoke(channel, payload, AS_OUTCOME)
    .then((answer) => answer as Outcome)
    .catch((): Outcome => ({ error: 'unforeseen' }));
  if ('error' in outcome) throw new Error(pageMessage(outcome.error));
  return outcome.result;
}

async function askApp(channel: string, args: unknown[]): Promise<unknown> {
  try {
    return await ipcRenderer.invoke(channel, ...args);
  } catch (error) {
    // What ipcRenderer rejects with is always an Error with a text of Electron's making.
    throw new Error((error as Error).message.replace(ELECTRON_PREFIX, ''));
  }
}
