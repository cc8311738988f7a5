/** What it takes to drive the demo app in a real Electron, as the end-to-end tests do. */
import { displayProblem, hasVirtualDisplay, INSTALL_ALL, missingLibraries } from './display.mjs';
import { electronEnvironment, ensureElectron } from './electron.mjs';
import { Problem } from './run.mjs';
import { buildShim } from './setup.mjs';

/** Why Electron cannot be driven here, and the command that would enable it. */
export class Obstacle extends Error {
  /**
   * @param {string} why
   * @param {string} remedy
   */
  constructor(why, remedy) {
    super(`${why}. To run them: ${remedy}`);
  }
}

/**
 * Gets Electron and builds the app.
 * @returns {Promise<{ display: string[], options: { detached: boolean, env: NodeJS.ProcessEnv } }>}
 * What to put before a command that drives it, nothing where there is a display; and how to run that.
 * @throws {Obstacle} where Electron cannot run.
 * @throws {Problem} when the app cannot be built.
 */
export async function electronToDrive() {
  const display = virtualDisplay();
  const electron = await runnableElectron();
  await buildShim();
  const options = {
    // xvfb-run leaves its server behind when it alone is told to end.
    detached: display.length > 0,
    env: {
      ...electronEnvironment(),
      ELECTRON_EXECUTABLE: electron.executable,
      // Nothing here needs a GPU to draw with, and a virtual display has none.
      ELECTRON_ARGS: JSON.stringify([...electron.args, '--disable-gpu']),
    },
  };
  return { display, options };
}

function virtualDisplay() {
  if (displayProblem() === null) return [];
  if (hasVirtualDisplay()) return ['xvfb-run', '-a'];
  throw new Obstacle('there is neither a display nor xvfb-run', INSTALL_ALL);
}

async function runnableElectron() {
  const electron = await ensureElectron().catch((/** @type {unknown} */ error) => {
    if (!(error instanceof Problem)) throw error;
    throw new Obstacle('Electron could not be downloaded', 'node node_modules/electron/install.js');
  });
  const missing = missingLibraries(electron.executable);
  if (missing.length === 0) return electron;
  throw new Obstacle(`libraries are not installed (${missing.join(', ')})`, INSTALL_ALL);
}
