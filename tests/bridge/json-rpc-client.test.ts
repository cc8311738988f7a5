import { expect, test, vi } from 'vitest';
import { BridgeError } from '../../bridge/src/errors.ts';
import { JsonRpcClient } from '../../bridge/src/json-rpc-client.ts';
import { silentLogger } from '../../bridge/src/logger.ts';

function clientWithSentLines() {
  const sent: string[] = [];
  return { client: new JsonRpcClient((line) => sent.push(line), silentLogger), sent };
}

test('an answer reaches the request with its id, in whatever order answers come', async () => {
  const { client, sent } = clientWithSentLines();
  const first = client.request('a');
  const second = client.request('b');
  expect(sent).toEqual([
    '{"jsonrpc":"2.0","id":1,"method":"a"}',
    '{"jsonrpc":"2.0","id":2,"method":"b"}',
  ]);
  client.receive('{"jsonrpc":"2.0","id":2,"result":"for b"}');
  client.receive('{"jsonrpc":"2.0","id":1,"result":"for a"}');
  expect(await Promise.all([first, second])).toEqual(['for a', 'for b']);
});

test('lines that answer nothing are passed over', async () => {
  const { client } = clientWithSentLines();
  const answer = client.request('a');
  for (const line of ['', 'noise', '1', 'null', '[]', '{"id":7,"result":1}', '{"result":1}']) {
    client.receive(line);
  }
  client.receive('{"jsonrpc":"2.0","id":1,"result":"the answer"}');
  expect(await answer).toBe('the answer');
});

test.each([
  [-32001, 'driver-not-answering'],
  [-32603, 'invalid-answer'],
])('error %d is reported as %s', async (rpcCode, code) => {
  const { client } = clientWithSentLines();
  const answer = client.request('a');
  client.receive(JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: rpcCode, message: '' } }));
  await expect(answer).rejects.toMatchObject({ code });
});

test('a request that is not answered fails when its time is up', async () => {
  vi.useFakeTimers();
  try {
    const { client } = clientWithSentLines();
    const answer = client.request('a', { timeoutMs: 100 });
    const rejection = expect(answer).rejects.toMatchObject({ code: 'timed-out' });
    vi.advanceTimersByTime(100);
    await rejection;
  } finally {
    vi.useRealTimers();
  }
});

test('everything unanswered fails at once when the other side is gone', async () => {
  const { client } = clientWithSentLines();
  const answers = [client.request('a'), client.request('b')];
  client.rejectAll(new BridgeError('stopped', 'gone'));
  const outcomes = await Promise.allSettled(answers);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
});
