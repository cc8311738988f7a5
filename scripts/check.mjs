/** `npm run check`: formatting, lint and types of both languages. Runs all of them, changes nothing. */
import { dirname, join } from 'node:path';
import { main } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';
import { nodeTool, succeeds } from './tools.mjs';

await main(async () => {
  const python = await ensurePython('dev');
  await ensureNodeModules();
  const rows = [];
  for (const [name, commandLine] of checks(python)) {
    console.log(`> ${name}`);
    rows.push({ name, ok: await succeeds(commandLine) });
  }
  console.log(rows.map(({ name, ok }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}`).join('\n'));
  return { code: rows.every(({ ok }) => ok) ? 0 : 1, signal: null };
});

/**
 * @param {string} python
 * @returns {[name: string, commandLine: import('./tools.mjs').CommandLine][]}
 */
function checks(python) {
  return [
    ['ruff format', [python, '-m', 'ruff', 'format', '--check']],
    ['ruff check', [python, '-m', 'ruff', 'check']],
    ['pyright', nodeTool('pyright/index.js')],
    // Offline: what it knows by itself is the workflows' schema, and what harms them.
    ['zizmor', [join(dirname(python), 'zizmor'), '--offline', '--strict-collection', '.github']],
    ['prettier', nodeTool('prettier/bin/prettier.cjs', '--check', '.')],
    ['eslint', nodeTool('eslint/bin/eslint.js', '.', '--max-warnings=0')],
    ['tsc', nodeTool('typescript/bin/tsc', '-p', 'tsconfig.json')],
    ['tsc, shim', nodeTool('typescript/bin/tsc', '-p', 'electron-shim/tsconfig.json')],
    ['tsc, shim tests', nodeTool('typescript/bin/tsc', '-p', 'tests/shim/tsconfig.json')],
    ['tsc, existing app', nodeTool('typescript/bin/tsc', '-p', 'tests/existing-app/tsconfig.json')],
    ['contract', [process.execPath, 'scripts/contract.mjs', '--check']],
  ];
}
