import type { Channel } from './channels.ts';
import { SCHEMA, type MethodResults } from './contract.ts';
import { BridgeError } from './errors.ts';
import { fits, type Definitions } from './json-schema.ts';

const RESULTS: Definitions = SCHEMA.properties;
const DEFINITIONS: Definitions = SCHEMA.$defs;

/** The params of the methods that take some. */
const PARAMS: Partial<Record<Channel, keyof typeof SCHEMA.$defs>> = {
  'dashboard:set-gpu-options': 'GpuOptionChanges',
};

/**
 * Returns what a sidecar answered, as what the contract says it is.
 * @throws BridgeError when it is something else.
 */
export function checkedResult<M extends keyof MethodResults>(
  method: M,
  result: unknown,
): MethodResults[M] {
  const schema = RESULTS[method];
  if (schema && fits(result, schema, DEFINITIONS)) return result as MethodResults[M];
  throw new BridgeError('invalid-answer', `the result of ${method} is not what it must be`);
}

/**
 * Returns what a page sent as a method's params; whatever it sent to a method that takes none is
 * left out.
 * @throws BridgeError when it is not what the method takes.
 */
export function checkedParams(channel: Channel, payload: unknown): object | undefined {
  const name = PARAMS[channel];
  if (name === undefined || payload === undefined) return undefined;
  if (fits(payload, SCHEMA.$defs[name], DEFINITIONS)) return payload as object;
  throw new BridgeError('invalid-options', `a page sent ${channel} what it does not take`);
}
