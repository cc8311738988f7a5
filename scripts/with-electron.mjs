/**
 * Runs a Node program that drives the demo app in a real Electron, with ELECTRON_EXECUTABLE,
 * ELECTRON_ARGS and a display: `node scripts/with-electron.mjs <program> [its arguments]`.
 * Where Electron cannot run, stderr says why and the exit code is 69.
 */
import { electronToDrive, Obstacle } from './drive-electron.mjs';
import { main, run } from './run.mjs';
import { ensureNodeModules } from './setup.mjs';

/** EX_UNAVAILABLE of sysexits.h. */
const UNAVAILABLE = 69;

/** The slowest program takes half a minute. */
const LIMIT_MS = 5 * 60_000;

await main(async () => {
  await ensureNodeModules();
  try {
    const { display, options } = await electronToDrive();
    const [command = '', ...args] = [...display, process.execPath, ...process.argv.slice(2)];
    return await run(command, args, { ...options, limitMs: LIMIT_MS });
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    console.error(error.message);
    return { code: UNAVAILABLE, signal: null };
  }
});
