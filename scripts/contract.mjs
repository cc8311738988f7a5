// `npm run contract` writes bridge/src/contract.ts from the Python structs in sidecar/contract.py;
// with --check it writes nothing and fails when the file is not what it would write.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import { ensurePython } from './setup.mjs';

const target = new URL('../bridge/src/contract.ts', import.meta.url);
// What the generator adds to a type that no method returns.
const boilerplate =
  /\n \*\n \* This interface was referenced by `.*`'s JSON-Schema\n \* via the .*/g;

const python = await ensurePython('runtime');
const schema = JSON.parse(
  execFileSync(python, ['-I', '-m', 'sidecar.schema'], { encoding: 'utf8' }),
);
const types = await compile(schema, 'MethodResults', {
  additionalProperties: false,
  bannerComment: '// Generated from sidecar/contract.py by `npm run contract`; do not edit.',
  unreachableDefinitions: true,
  style: { printWidth: 100, singleQuote: true },
});
const version = `
/**
 * Rises when an older client could misread an answer.
 */
export const PROTOCOL_VERSION = ${schema.protocolVersion};
`;
const text = types.replaceAll(boilerplate, '') + version;

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('bridge/src/contract.ts is out of date: run `npm run contract` and commit it.');
  process.exitCode = 1;
}
