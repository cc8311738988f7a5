/**
 * `npm run contract` writes bridge/src/contract.ts from the Python structs in sidecar/contract.py;
 * with --check it writes nothing and fails when the file is not what it would write.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { main, Problem } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';

const target = new URL('../bridge/src/contract.ts', import.meta.url);
// What the generator adds to a type that no method returns.
const boilerplate =
  /\n \*\n \* This interface was referenced by `.*`'s JSON-Schema\n \* via the .*/g;

// What a schema holds for people.
const WORDS = ['title', 'description'];

await main(async () => {
  const python = await ensurePython('runtime');
  await ensureNodeModules();
  const text = await generated(python);
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text);
  } else if (readFileSync(target, 'utf8') !== text) {
    throw new Problem('bridge/src/contract.ts is out of date: run `npm run contract`, commit it.');
  }
  return { code: 0, signal: null };
});

/** @param {string} python */
async function generated(python) {
  const { compile } = await import('json-schema-to-typescript');
  const output = execFileSync(python, ['-I', '-m', 'sidecar.schema'], { encoding: 'utf8' });
  /** @type {unknown} */
  const json = JSON.parse(output);
  const schema = /** @type {{ protocolVersion: number, properties: {}, $defs: {} }} */ (json);
  const types = await compile(schema, 'MethodResults', {
    additionalProperties: false,
    bannerComment: '// Generated from sidecar/contract.py by `npm run contract`; do not edit.',
    unreachableDefinitions: true,
    style: { printWidth: 100, singleQuote: true },
  });
  return `${types.replaceAll(boilerplate, '').replace(/\n\n/, "\n\nimport type { Schema } from './json-schema.ts';\n\n")}
/**
 * Rises when an older client could misread an answer.
 */
export const PROTOCOL_VERSION = ${schema.protocolVersion};

/**
 * The same for checking: \`properties\` holds each method's result by the method's name.
 */
export const SCHEMA = ${withoutWords({ properties: schema.properties, $defs: schema.$defs })} satisfies Record<string, Record<string, Schema>>;
`;
}

/**
 * Returns a schema as text, without what is there for people.
 * @param {object} schema
 */
function withoutWords(schema) {
  /**
   * @param {string} key
   * @param {unknown} value
   */
  const keep = (key, value) =>
    WORDS.includes(key) && typeof value === 'string' ? undefined : value;
  return JSON.stringify(schema, keep, 2);
}
