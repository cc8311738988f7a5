/**
 * `npm run trial`: does what docs/integration.md says in an empty folder, with Electron Forge from
 * npm, and looks at the packaged app. It needs the network and some minutes, so `npm test` does not.
 */
import { displayProblem } from './display.mjs';
import { electronEnvironment, ensureElectron } from './electron.mjs';
import { main, run } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';
import { step } from './step.mjs';
import { nodeTool } from './tools.mjs';

await main(async () => {
  const python = await ensurePython('dev');
  await ensureNodeModules();
  const { executable } = await ensureElectron();
  await step(process.execPath, ['scripts/bundle.mjs']);
  await step(process.execPath, ['scripts/pack.mjs']);
  const display = displayProblem() === null ? [] : ['xvfb-run', '-a'];
  const vitest = nodeTool('vitest/vitest.mjs', 'run', '--config', 'vitest.trial.config.ts');
  const [command = '', ...args] = [...display, ...vitest];
  return run(command, args, {
    // xvfb-run leaves its server behind when it alone is told to end.
    detached: display.length > 0,
    env: { ...electronEnvironment(), ELECTRON_EXECUTABLE: executable, PYTHON: python },
  });
});
