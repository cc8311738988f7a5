import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AwakeClock } from '../../bridge/src/awake-clock.ts';
import { BridgeError } from '../../bridge/src/errors.ts';
import { JsonRpcClient } from '../../bridge/src/json-rpc-client.ts';
import { silentLogger } from '../../bridge/src/logger.ts';

function startClient() {
  const sent: string[] = [];
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (line: string) => warnings.push(line) };
  const clock = new AwakeClock();
  const client = new JsonRpcClient((line) => sent.push(line), clock, logger);
  return { client, clock, sent, warnings };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('an answer reaches the request with its id, in whatever order answers come', async () => {
  const { client, sent } = startClient();
  const first = client.request('a');
  const second = client.request('b', { params: { intervalMs: 1000 } });
  expect(sent).toEqual([
    '{"jsonrpc":"2.0","id":1,"method":"a"}',
    '{"jsonrpc":"2.0","id":2,"method":"b","params":{"intervalMs":1000}}',
  ]);
  client.receive('{"jsonrpc":"2.0","id":2,"result":"for b"}');
  client.receive('{"jsonrpc":"2.0","id":1,"result":"for a"}');
  expect(await Promise.all([first, second])).toEqual(['for a', 'for b']);
});

test('lines that answer nothing are passed over, and logged once', async () => {
  const { client, warnings } = startClient();
  const answer = client.request('a');
  for (const line of ['noise', '', '1', 'null', '[]', '{"id":7,"result":1}', '{"result":1}']) {
    client.receive(line);
  }
  client.receive('{"jsonrpc":"2.0","id":1,"result":"the answer"}');
  expect(await answer).toBe('the answer');
  expect(warnings).toEqual([expect.stringContaining('noise')]);
});

test.each([
  [-32001, 'driver-not-answering'],
  [-32603, 'invalid-answer'],
])('error %d is reported as %s', async (rpcCode, code) => {
  const { client } = startClient();
  const answer = client.request('a');
  client.receive(JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: rpcCode, message: '' } }));
  await expect(answer).rejects.toMatchObject({ code });
});

test('a null beside the result is no error', async () => {
  const { client } = startClient();
  const answer = client.request('a');
  client.receive('{"id":1,"result":"the answer","error":null}');
  expect(await answer).toBe('the answer');
});

test.each([`${'['.repeat(100_000)}${']'.repeat(100_000)}`, '"words"', '0', '{"message":[{}]}'])(
  'an error of any form is an invalid answer: %#',
  async (error) => {
    const { client } = startClient();
    const answer = client.request('a');
    client.receive(`{"id":1,"error":${error}}`);
    await expect(answer).rejects.toMatchObject({ code: 'invalid-answer' });
  },
);

test('a request that is not answered fails when its time is up', async () => {
  const { client } = startClient();
  const rejection = expect(client.request('a', { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'timed-out',
  });
  await vi.advanceTimersByTimeAsync(100);
  await rejection;
});

test('a request that has timed out is forgotten: its late answer answers nothing', async () => {
  const { client, warnings } = startClient();
  const rejection = expect(client.request('a')).rejects.toMatchObject({ code: 'timed-out' });
  await vi.advanceTimersByTimeAsync(5000);
  await rejection;
  expect(client.close(new BridgeError('stopped', 'gone'))).toBe(false);
  client.receive('{"jsonrpc":"2.0","id":1,"result":"late"}');
  expect(warnings).toHaveLength(1);
});

test('a request that is answered leaves no timer behind', async () => {
  const { client } = startClient();
  const answer = client.request('a');
  client.receive('{"jsonrpc":"2.0","id":1,"result":1}');
  await answer;
  expect(vi.getTimerCount()).toBe(0);
});

test('everything unanswered fails at once when the other side is gone, and so does what follows', async () => {
  const { client, sent } = startClient();
  const answers = [client.request('a'), client.request('b')];
  expect(client.close(new BridgeError('stopped', 'gone'))).toBe(true);
  const outcomes = await Promise.allSettled([...answers, client.request('c')]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(sent).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('more requests than the sidecar takes at once are refused, until one is answered', async () => {
  const { client, sent } = startClient();
  const answers = Array.from({ length: 64 }, () => client.request('a'));
  await expect(client.request('a')).rejects.toMatchObject({ code: 'busy' });
  client.receive('{"jsonrpc":"2.0","id":1,"result":1}');
  await answers[0];
  void client.request('a');
  expect(sent).toHaveLength(65);
});
