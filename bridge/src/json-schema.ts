/** The part of JSON Schema that the contract uses. Another keyword in it fails the type check. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly type?: keyof typeof TYPES;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

/** What `$ref` refers to, by name. */
export type Definitions = Readonly<Record<string, Schema>>;

const REF_PREFIX = '#/$defs/';

// NaN and infinity are no numbers in JSON; beyond 2^53 a number is not the one that was sent.
const TYPES = {
  array: (value: unknown) => Array.isArray(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  integer: (value: unknown) => Number.isSafeInteger(value),
  null: (value: unknown) => value === null,
  number: (value: unknown) => Number.isFinite(value),
  object: isObject,
  string: (value: unknown) => typeof value === 'string',
};

/** Says whether a value is what a schema describes. */
export type Check = (value: unknown) => boolean;

/** Makes a schema into its check: every poll passes through one. */
export function compile(schema: Schema, definitions: Definitions): Check {
  const part = (each: Schema) => compile(each, definitions);
  const { $ref, allOf = [], anyOf, enum: choices, type, minimum, maximum, items } = schema;
  const checks: Check[] = allOf.map(part);
  if ($ref !== undefined) checks.push(part(definition($ref, definitions)));
  if (anyOf) checks.push(any(anyOf.map(part)));
  if (choices) checks.push((value) => choices.includes(value));
  if (type) checks.push(TYPES[type]);
  if (minimum !== undefined) checks.push((value) => typeof value !== 'number' || value >= minimum);
  if (maximum !== undefined) checks.push((value) => typeof value !== 'number' || value <= maximum);
  if (items) checks.push(everyItem(part(items)));
  if (schema.properties) checks.push(everyField(schema, schema.properties, part));
  return all(checks);
}

function all(checks: readonly Check[]): Check {
  const [only] = checks;
  if (only && checks.length === 1) return only;
  return (value) => checks.every((check) => check(value));
}

function any(checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

function everyItem(check: Check): Check {
  return (value) => !Array.isArray(value) || value.every(check);
}

function everyField(
  { required = [], additionalProperties = true }: Schema,
  properties: Readonly<Record<string, Schema>>,
  part: (schema: Schema) => Check,
): Check {
  // A map, since an object would also know the names that all objects have.
  const checks = new Map(Object.entries(properties).map(([name, each]) => [name, part(each)]));
  return (value) =>
    !isObject(value) ||
    (required.every((name) => Object.hasOwn(value, name)) &&
      Object.keys(value).every((name) => checks.get(name)?.(value[name]) ?? additionalProperties));
}

function definition($ref: string, definitions: Definitions): Schema {
  const schema = definitions[$ref.slice(REF_PREFIX.length)];
  if (!schema) throw new Error(`The contract has no ${$ref}.`);
  return schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
