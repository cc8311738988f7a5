/** `npm run format`: formats both languages and repairs what ruff can repair. */
import { main } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';
import { nodeTool, succeeds } from './tools.mjs';

await main(async () => {
  const python = await ensurePython('dev');
  await ensureNodeModules();
  let ok = await succeeds([python, '-m', 'ruff', 'check', '--fix']);
  // After the repairs, which are not always well formatted.
  ok = (await succeeds([python, '-m', 'ruff', 'format'])) && ok;
  ok = (await succeeds(nodeTool('prettier/bin/prettier.cjs', '--write', '.'))) && ok;
  return { code: ok ? 0 : 1, signal: null };
});
