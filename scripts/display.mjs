/** What a machine may lack to show an Electron window, told in one line instead of Electron's own words. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's packages with the libraries that Electron needs. */
const LIBRARY_PACKAGES = 'libgtk-3-0 libnss3 libasound2 libgbm1';

/** Installs all that the end-to-end tests need on a Debian or Ubuntu without a desktop. */
export const INSTALL_ALL = `apt-get install -y xvfb xauth ${LIBRARY_PACKAGES}`;

const LDD_LIMIT_MS = 10_000;

/**
 * Tells why no window can be shown.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {string | null} One line, or null where there is a display.
 */
export function displayProblem(env = process.env, platform = process.platform) {
  if (platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY']) return null;
  return (
    'No display found (DISPLAY and WAYLAND_DISPLAY are not set). ' +
    'Run this on a desktop, or with: xvfb-run -a npm start'
  );
}

/**
 * Tells whether `xvfb-run` can stand in for a display.
 * @param {NodeJS.ProcessEnv} [env] Where PATH is read.
 * @returns {boolean}
 */
export function hasVirtualDisplay(env = process.env) {
  return ['xvfb-run', 'xauth'].every((program) => isOnPath(program, env['PATH'] ?? ''));
}

/**
 * Tells which shared libraries a program would not find.
 * @param {string} executable
 * @returns {string | null} One line, or null when there is nothing to say.
 */
export function librariesProblem(executable) {
  const missing = missingLibraries(executable);
  if (missing.length === 0) return null;
  return (
    `Electron needs libraries that are not installed: ${missing.join(', ')}. ` +
    `On Debian and Ubuntu: apt-get install ${LIBRARY_PACKAGES}`
  );
}

/**
 * Returns the names of the shared libraries that a program would not find; none where `ldd` cannot
 * tell, since not every system has it.
 * @param {string} executable
 * @returns {string[]}
 */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return [];
  const ldd = spawnSync('ldd', [executable], { encoding: 'utf8', timeout: LDD_LIMIT_MS });
  return ldd.error ? [] : notFound(ldd.stdout);
}

/**
 * Reads the output of `ldd`.
 * @param {string} output
 * @returns {string[]} Names of libraries, each once.
 */
export function notFound(output) {
  return [
    ...new Set([...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, name = '']) => name)),
  ];
}

/**
 * @param {string} program
 * @param {string} path
 */
function isOnPath(program, path) {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
