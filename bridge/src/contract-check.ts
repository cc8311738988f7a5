import { SCHEMA, type MethodResults } from './contract.ts';
import { BridgeError } from './errors.ts';
import { compile, type Check } from './json-schema.ts';

const CHECKS = new Map<string, Check>(
  Object.entries(SCHEMA.properties).map(([method, result]) => [
    method,
    compile(result, SCHEMA.$defs),
  ]),
);

/**
 * Returns what a sidecar answered, as what the contract says it is.
 * @throws BridgeError when it is something else.
 */
export function checkedResult<M extends keyof MethodResults>(
  method: M,
  result: unknown,
): MethodResults[M] {
  if (CHECKS.get(method)?.(result)) return result as MethodResults[M];
  throw new BridgeError('invalid-answer', `the result of ${method} is not what it must be`);
}
