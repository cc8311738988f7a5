/** `npm run strings`: looks for the page's strings in its sources, and writes its catalogues anew. */
import { main, run } from './run.mjs';
import { ensureNodeModules } from './setup.mjs';
import { nodeTool } from './tools.mjs';

await main(async () => {
  await ensureNodeModules();
  const config = ['--config', 'electron-shim/lingui.config.mjs'];
  const [command, ...args] = nodeTool(
    '@lingui/cli/dist/lingui.js',
    'extract',
    '--clean',
    ...config,
  );
  return run(command ?? process.execPath, args);
});
