import { SCHEMA, type MethodResults } from './contract.ts';
import { BridgeError } from './errors.ts';
import { fits, type Definitions } from './json-schema.ts';

const RESULTS: Definitions = SCHEMA.properties;
const DEFINITIONS: Definitions = SCHEMA.$defs;

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
