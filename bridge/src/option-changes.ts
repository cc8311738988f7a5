import { SCHEMA, type GpuOptionChanges } from './contract.ts';
import { BridgeError } from './errors.ts';
import { compile } from './json-schema.ts';

const areChanges = compile(SCHEMA.$defs.GpuOptionChanges, SCHEMA.$defs);

/**
 * Returns a value of unknown make as changes of options.
 * @param allowed The options that its sender may change.
 * @throws BridgeError when it is anything else.
 */
export function optionChanges(
  value: unknown,
  allowed: readonly (keyof GpuOptionChanges)[],
): GpuOptionChanges {
  if (!areChanges(value)) {
    throw new BridgeError('invalid-options', 'these options are not what the contract allows');
  }
  const names = Object.keys(value as object) as (keyof GpuOptionChanges)[];
  if (names.every((name) => allowed.includes(name))) return value as GpuOptionChanges;
  throw new BridgeError('invalid-options', `of these options not all may be set: ${names.join()}`);
}
