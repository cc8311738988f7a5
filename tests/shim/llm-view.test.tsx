// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { simulatedMetrics } from '../../electron-shim/src/llm-stand-in.ts';
import { LlmView } from '../../electron-shim/src/renderer/llm/llm-view.tsx';
import { pass, render } from './render.tsx';

const POLL_MS = 10_000;
const WINDOW_MS = 300_000;

beforeEach(() => {
  vi.useFakeTimers();
  return () => void vi.useRealTimers();
});

test('an answer that took long counts as long as it is shown', async () => {
  const answerTimesMs = [90_000];
  vi.stubGlobal('llmMetricsAPI', {
    getMetrics: () =>
      Promise.resolve({
        ...simulatedMetrics(0, Date.now()),
        averageResponseTimeMs: answerTimesMs.pop() ?? 1000,
      }),
  });
  const { page } = await render(<LlmView pollInterval={POLL_MS} />);
  const told = () => page.querySelector('[data-chart="Average answer"] li')?.textContent.trim();
  for (let passed = 0; passed < WINDOW_MS; passed += POLL_MS) {
    await pass(POLL_MS);
    expect(told()).toBe('1.0 s to 90.0 s');
  }
  await pass(POLL_MS);
  expect(told()).toBe('1.0 s to 1.0 s');
});
