import { checkedResult } from './contract-check.ts';
import { PROTOCOL_VERSION, type Hello } from './contract.ts';
import { BridgeError } from './errors.ts';
import type { JsonRpcClient } from './json-rpc-client.ts';

/** Starting includes reading Python from a cold disk, past a virus scanner. */
const HELLO_TIMEOUT_MS = 10_000;

/** Versions of the protocol, both ends included. */
export interface VersionRange {
  oldest: number;
  newest: number;
}

/** What this bridge speaks. */
const SPOKEN: VersionRange = { oldest: 1, newest: PROTOCOL_VERSION };

/**
 * Asks a new sidecar who it is.
 * @throws BridgeError `invalid-answer` when it is none that this bridge can talk to, and
 * `foreign-output` when something else came in place of an answer.
 */
export async function greet(client: JsonRpcClient): Promise<Hello> {
  const answer = await client
    .request('sidecar:hello', { timeoutMs: HELLO_TIMEOUT_MS })
    .catch((error: unknown) => {
      if ((error as BridgeError).code !== 'timed-out' || !client.hasHeardNoise) throw error;
      throw new BridgeError('foreign-output', 'what it writes is no answer', { cause: error });
    });
  const hello = checkedResult('sidecar:hello', answer);
  if (commonVersion(hello, SPOKEN) !== undefined) return hello;
  const { protocolVersion } = hello;
  throw new BridgeError(
    'invalid-answer',
    `the sidecar speaks protocol ${protocolVersion}, this bridge ${PROTOCOL_VERSION}`,
  );
}

/** Returns the newest version that both sides speak; undefined if there is none. */
export function commonVersion(
  { protocolVersion, oldestProtocolVersion = protocolVersion }: Hello,
  { oldest, newest }: VersionRange,
): number | undefined {
  const common = Math.min(protocolVersion, newest);
  return common >= Math.max(oldestProtocolVersion, oldest) ? common : undefined;
}
