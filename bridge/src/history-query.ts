import { SCHEMA, type GpuHistoryQuery } from './contract.ts';
import { BridgeError } from './errors.ts';
import { compile } from './json-schema.ts';

const isQuery = compile(SCHEMA.$defs.GpuHistoryQuery, SCHEMA.$defs);

/**
 * Returns a value of unknown make as a query of the history; undefined asks for the usual one.
 * @throws BridgeError when it is anything else.
 */
export function historyQuery(value: unknown = {}): GpuHistoryQuery {
  if (isQuery(value)) return value as GpuHistoryQuery;
  throw new BridgeError('invalid-options', 'this query is not what the contract allows');
}
