/** `npm start [-- arguments]`: sets up what is missing and shows the demo app. */
import { displayProblem, librariesProblem } from './display.mjs';
import { electronEnvironment, ensureElectron } from './electron.mjs';
import { main, Problem, run } from './run.mjs';
import { buildShim, ensureNodeModules, ensurePython } from './setup.mjs';

/** A shell's code for a program that could not be loaded. */
const NOT_LOADED = 127;

await main(async () => {
  refuse(displayProblem());
  await ensurePython('runtime');
  await ensureNodeModules();
  await buildShim();
  const { executable, args } = await ensureElectron();
  refuse(librariesProblem(executable));
  const ending = await run(executable, [...args, ...process.argv.slice(2)], {
    env: electronEnvironment(),
  });
  explain(ending);
  return ending;
});

/** @param {string | null} problem */
function refuse(problem) {
  if (problem !== null) throw new Problem(problem);
}

/** @param {import('./run.mjs').Ending} ending */
function explain({ code, signal }) {
  if (code === NOT_LOADED) throw new Problem('Electron could not be loaded; see the line above.');
  if (!signal) return;
  throw new Problem(
    `Electron was ended by ${signal}. If the lines above name the sandbox, try: npm start -- --no-sandbox`,
  );
}
