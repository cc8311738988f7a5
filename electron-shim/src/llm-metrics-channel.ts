/** The IPC channel behind `window.llmMetricsAPI.getMetrics()`. */
export const LLM_METRICS_CHANNEL = 'llm:get-metrics';
