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
export function fits(value: unknown, schema: Schema, definitions: Definitions): boolean {
  const { $ref, allOf = [], anyOf, enum: choices, type, items } = schema;
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const valueFits = (part: Schema) => fits(value, part, definitions);
  return (
    ($ref === undefined || valueFits(definition($ref, definitions))) &&
    allOf.every(valueFits) &&
    (anyOf === undefined || anyOf.some(valueFits)) &&
    (choices === undefined || choices.includes(value)) &&
    (type === undefined || TYPES[type](value)) &&
    (typeof value !== 'number' || (minimum <= value && value <= maximum)) &&
    (!Array.isArray(value) ||
      items === undefined ||
      value.every((item) => fits(item, items, definitions))) &&
    (!isObject(value) || objectFits(value, schema, definitions))
  );
}

function objectFits(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties = true }: Schema,
  definitions: Definitions,
): boolean {
  return (
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, field]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return property ? fits(field, property, definitions) : additionalProperties;
    })
  );
}

function definition($ref: string, definitions: Definitions): Schema {
  const schema = definitions[$ref.slice(REF_PREFIX.length)];
  if (!schema) throw new Error(`The contract has no ${$ref}.`);
  return schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
