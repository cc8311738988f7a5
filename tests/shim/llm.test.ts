import { expect, test } from 'vitest';
import { simulatedMetrics } from '../../electron-shim/src/llm-stand-in.ts';
import { tokensPerSecond } from '../../electron-shim/src/renderer/llm/tokens-per-second.ts';

function sample(totalTokensProcessed: number, seconds: number) {
  return { ...simulatedMetrics(0, seconds * 1000), totalTokensProcessed };
}

test('the rate is between each sample and the one before', () => {
  expect(tokensPerSecond([sample(0, 0), sample(80, 2), sample(80, 4)])).toEqual([null, 40, 0]);
});

test('a worker that starts anew has no rate rather than a negative one', () => {
  expect(tokensPerSecond([sample(500, 0), sample(10, 2)])).toEqual([null, null]);
});

test('the simulated worker answers once a round, says what it is, and never counts backwards', () => {
  const told = Array.from({ length: 400 }, (_, second) => simulatedMetrics(0, second * 1000));
  expect(told.at(-1)).toMatchObject({
    simulated: true,
    totalRequests: 5,
    averageResponseTimeMs: 32_000,
  });
  const tokens = told.map(({ totalTokensProcessed }) => totalTokensProcessed);
  expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
});
