import { PROTOCOL_VERSION, type Hello } from './contract.ts';
import { BridgeError } from './errors.ts';
import type { JsonRpcClient } from './json-rpc-client.ts';

/** Starting includes reading Python from a cold disk, past a virus scanner. */
const HELLO_TIMEOUT_MS = 10_000;

/**
 * Asks a new sidecar who it is.
 * @throws BridgeError `invalid-answer` when it is none that this bridge can talk to.
 */
export async function greet(client: JsonRpcClient): Promise<Hello> {
  const answer = await client.request('sidecar:hello', { timeoutMs: HELLO_TIMEOUT_MS });
  const hello = answer as Hello | null;
  if (hello?.protocolVersion !== PROTOCOL_VERSION) {
    throw new BridgeError(
      'invalid-answer',
      `the sidecar speaks protocol ${String(hello?.protocolVersion)}, this bridge ${PROTOCOL_VERSION}`,
    );
  }
  return hello;
}
