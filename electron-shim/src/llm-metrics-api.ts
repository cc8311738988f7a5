import { contextBridge, ipcRenderer } from 'electron';
import { LLM_METRICS_CHANNEL } from './llm-metrics-channel.ts';

/** Gives the page `window.llmMetricsAPI`, as the existing app's preload does. */
export function exposeLlmMetrics(): void {
  const getMetrics = (): Promise<unknown> => ipcRenderer.invoke(LLM_METRICS_CHANNEL);
  contextBridge.exposeInMainWorld('llmMetricsAPI', { getMetrics });
}
