/**
 * Fingerprints of what a set-up was made from. One that was kept is compared with one of today to
 * tell, without starting anything, whether the set-up still fits.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which packages to install: what runs the sidecar, or also what tests it.
 * @typedef {'runtime' | 'dev'} Level
 */

/**
 * Fingerprint of a virtual environment without its packages: where it is, since a moved one is
 * broken, and the interpreter that it refers to, since that may be upgraded under it.
 * @param {string} venv
 * @returns {string | null} Null when there is no usable environment.
 */
export function venvFingerprint(venv) {
  try {
    const config = readFileSync(join(venv, 'pyvenv.cfg'), 'utf8');
    const interpreter = /^executable = (.+?)\r?$/m.exec(config)?.[1] ?? '';
    return fingerprint(venv, config, String(statSync(interpreter).mtimeMs));
  } catch {
    return null; // never made, or its interpreter is gone
  }
}

/**
 * Fingerprint of what is installed into a virtual environment.
 * @param {string} root
 * @param {Level} level
 * @returns {string}
 */
export function packagesFingerprint(root, level) {
  const pyproject = readFileSync(join(root, 'pyproject.toml'), 'utf8');
  const requirements = readFileSync(join(root, 'requirements', `${level}.txt`), 'utf8');
  return fingerprint(requirements, packagingTables(pyproject));
}

/**
 * Fingerprint of what is installed into node_modules.
 * @param {string} root
 * @returns {string}
 */
export function nodeModulesFingerprint(root) {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  return fingerprint(lock, process.platform, process.arch);
}

/**
 * Returns the tables of a pyproject.toml that say how the package is built and installed, so that a
 * changed linter setting installs nothing anew.
 * @param {string} pyproject
 * @returns {string}
 */
export function packagingTables(pyproject) {
  const tables = pyproject.split(/^(?=\[)/m);
  return tables.filter((table) => /^\[(build-system|project|tool\.hatch)\b/.test(table)).join('');
}

/**
 * Reads a stamp.
 * @param {string} path
 * @returns {string[]} Its lines; none where there is no stamp.
 */
export function readStamp(path) {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** @param {string[]} parts */
function fingerprint(...parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
