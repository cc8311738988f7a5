// An app's own preload, from before it had GPU metrics.
import { contextBridge, ipcRenderer } from 'electron';

const yourChannels = ['your-own:greeting'];

const allowed = new Set([...yourChannels]);

function invoke(channel: string, ...args: unknown[]): Promise<unknown> {
  if (!allowed.has(channel)) return Promise.reject(new Error(`no such channel: ${channel}`));
  return ipcRenderer.invoke(channel, ...args);
}

contextBridge.exposeInMainWorld('electron', { invoke, platform: process.platform });
