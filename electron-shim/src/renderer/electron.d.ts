/** What the preload of gpu-metrics-bridge puts on the page: one function in two shapes. */
interface Window {
  readonly electron: Electron & { readonly ipcRenderer: Electron };
}

interface Electron {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
}
