/**
 * `npm run contract` writes bridge/src/contract.ts and docs/openrpc.json from the Python structs in
 * sidecar/contract.py; with --check it writes nothing and fails when a file is not what it would
 * write.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { main, Problem, root } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';

// What the generator adds to a type that no method returns.
const boilerplate =
  /\n \*\n \* This interface was referenced by `.*`'s JSON-Schema\n \* via the .*/g;

// What a schema holds for people.
const WORDS = ['title', 'description', 'default'];

await main(async () => {
  const python = await ensurePython('runtime');
  await ensureNodeModules();
  const files = {
    'bridge/src/contract.ts': await types(printed(python, 'sidecar.schema')),
    'docs/openrpc.json': printed(python, 'sidecar.openrpc'),
  };
  for (const [name, text] of Object.entries(files)) {
    if (!process.argv.includes('--check')) {
      writeFileSync(root + name, text);
    } else if (readFileSync(root + name, 'utf8') !== text) {
      throw new Problem(`${name} is out of date: run \`npm run contract\`, commit it.`);
    }
  }
  return { code: 0, signal: null };
});

/**
 * @param {string} python
 * @param {string} module
 */
function printed(python, module) {
  return execFileSync(python, ['-I', '-m', module], { encoding: 'utf8' });
}

/** @param {string} output */
async function types(output) {
  const { compile } = await import('json-schema-to-typescript');
  /** @type {unknown} */
  const json = JSON.parse(output);
  const schema = /** @type {{ protocolVersion: number, properties: {}, $defs: {} }} */ (json);
  const text = await compile(schema, 'MethodResults', {
    additionalProperties: false,
    bannerComment: '// Generated from sidecar/contract.py by `npm run contract`; do not edit.',
    unreachableDefinitions: true,
    style: { printWidth: 100, singleQuote: true },
  });
  return `${text.replaceAll(boilerplate, '').replace(/\n\n/, "\n\nimport type { Schema } from './json-schema.ts';\n\n")}
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
    WORDS.includes(key) && typeof value !== 'object' ? undefined : value;
  return JSON.stringify(schema, keep, 2);
}
