import { expect, onTestFinished, test, vi } from 'vitest';
import { AwakeClock } from '../../bridge/src/awake-clock.ts';
import type { Hello } from '../../bridge/src/contract.ts';
import { commonVersion, greet } from '../../bridge/src/handshake.ts';
import { JsonRpcClient } from '../../bridge/src/json-rpc-client.ts';
import { silentLogger } from '../../bridge/src/logger.ts';

const NOBODY = { sidecarVersion: '0', pid: 1, methods: [] };

/** Has a client say hello; its other side writes these lines. */
function greeted(...lines: string[]): Promise<Hello> {
  const client = new JsonRpcClient(() => undefined, new AwakeClock(), silentLogger);
  const greeting = greet(client);
  for (const line of lines) client.receive(line);
  return greeting;
}

function hello(versions: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, result: { ...NOBODY, ...versions } });
}

test('a newer sidecar that still speaks our protocol is taken', async () => {
  const newer = { protocolVersion: 3, oldestProtocolVersion: 1 };
  expect(await greeted(hello(newer))).toMatchObject(newer);
});

test.each([
  ['speaks only a newer protocol', { protocolVersion: 2 }],
  ['no longer speaks ours', { protocolVersion: 3, oldestProtocolVersion: 2 }],
  ['speaks a protocol before the first', { protocolVersion: 0 }],
  ['does not say which one it speaks', {}],
])('a sidecar that %s is refused', async (_what, versions) => {
  await expect(greeted(hello(versions))).rejects.toMatchObject({ code: 'invalid-answer' });
});

test('a newer bridge speaks the older protocol with an older sidecar', () => {
  const older: Hello = { ...NOBODY, protocolVersion: 1 };
  expect(commonVersion(older, { oldest: 1, newest: 2 })).toBe(1);
  expect(commonVersion(older, { oldest: 2, newest: 3 })).toBeUndefined();
  const between: Hello = { ...NOBODY, protocolVersion: 3, oldestProtocolVersion: 2 };
  expect(commonVersion(between, { oldest: 1, newest: 9 })).toBe(3);
});

test('a line that answers nothing before hello does no harm', async () => {
  const answer = await greeted('Welcome to the box!', hello({ protocolVersion: 1 }));
  expect(answer.protocolVersion).toBe(1);
});

test.each([
  ['something else', ['Welcome to the box!'], 'foreign-output'],
  ['nothing', [], 'timed-out'],
])('%s in place of a hello is told as what it is', async (_what, lines, code) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const refused = expect(greeted(...lines)).rejects.toMatchObject({ code });
  vi.runAllTimers();
  await refused;
});
