import type { WorkerMetrics } from '../hooks/use-llm-metrics.ts';

/** The rate between each sample and the one before; null where there is none, as after a restart. */
export function tokensPerSecond(samples: readonly WorkerMetrics[]): (number | null)[] {
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    if (!before) return null;
    const tokens = sample.totalTokensProcessed - before.totalTokensProcessed;
    const seconds = (sample.timestamp - before.timestamp) / 1000;
    return tokens >= 0 && seconds > 0 ? tokens / seconds : null;
  });
}
