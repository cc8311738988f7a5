interface Window {
  /** What the preload of gpu-metrics-bridge puts on the page: one function in two shapes. */
  readonly electron: Electron & { readonly ipcRenderer: Electron };
  /** What the existing app's preload puts there. */
  readonly llmMetricsAPI: { getMetrics(): Promise<unknown> };
}

interface Electron {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
}
