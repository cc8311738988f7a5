import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AwakeClock } from '../../bridge/src/awake-clock.ts';
import { checkedResult } from '../../bridge/src/contract-check.ts';
import type { MethodResults } from '../../bridge/src/contract.ts';
import { toHookValues } from '../../bridge/src/hook-values.ts';
import { JsonRpcClient } from '../../bridge/src/json-rpc-client.ts';
import { silentLogger } from '../../bridge/src/logger.ts';

interface Exchange {
  name: string;
  request: { id: unknown; method: string };
  response: { result?: unknown; error?: { code: number } };
}

const folder = new URL('.', import.meta.url);
/** The exchanges that a client can have: one request with an id, and its answer. */
const exchanges = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n'))
  .map((line) => JSON.parse(line) as Partial<Exchange>)
  .filter((exchange): exchange is Exchange => exchange.request?.method !== undefined)
  .filter(({ response }) => (response as unknown) !== null);

/** Has the client ask for the exchange's method, and answers with the exchange's response. */
function play({ request, response }: Exchange): { sent: unknown; answer: Promise<unknown> } {
  const sent: string[] = [];
  const client = new JsonRpcClient((line) => sent.push(line), new AwakeClock(), silentLogger);
  const answer = client.request(request.method);
  const question = JSON.parse(sent[0] ?? '') as { id: number };
  client.receive(JSON.stringify({ ...response, id: question.id }));
  return { sent: question, answer };
}

test.each(exchanges)('the client asks and understands: $name', async (exchange) => {
  const { sent, answer } = play(exchange);
  expect(sent).toMatchObject({ jsonrpc: '2.0', method: exchange.request.method });
  if (exchange.response.error) {
    await expect(answer).rejects.toThrow(String(exchange.response.error.code));
  } else {
    expect(await answer).toEqual(exchange.response.result);
  }
});

const answered = exchanges.filter(({ response }) => response.result !== undefined);

test.each(answered)('the contract allows: $name', ({ request, response }) => {
  const method = request.method as keyof MethodResults;
  expect(checkedResult(method, response.result)).toBe(response.result);
});

const lists = exchanges.filter(({ response }) => Array.isArray(response.result));

test.each(lists)('the hook can carry: $name', async (exchange) => {
  const answer = await play(exchange).answer;
  const gpus = toHookValues(checkedResult('dashboard:get-gpu-metrics', answer));
  for (const gpu of gpus) {
    expect([gpu.utilization, gpu.memoryUsedMB, gpu.memoryTotalMB, gpu.temperatureC]).not.toContain(
      null,
    );
  }
});
