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
  const schema = /** @type {{ protocolVersion: number }} */ (json);
  const types = await compile(schema, 'MethodResults', {
    additionalProperties: false,
    bannerComment: '// Generated from sidecar/contract.py by `npm run contract`; do not edit.',
    unreachableDefinitions: true,
    style: { printWidth: 100, singleQuote: true },
  });
  return `${types.replaceAll(boilerplate, '')}
/**
 * Rises when an older client could misread an answer.
 */
export const PROTOCOL_VERSION = ${schema.protocolVersion};
`;
}
