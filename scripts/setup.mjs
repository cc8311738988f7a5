/**
 * Makes what the other scripts need: the Python environment in `.venv`, `node_modules`, the built
 * demo app. What is up to date is left alone, what was interrupted is made anew.
 *
 * Everything here talks on stderr: stdout belongs to the sidecar's answers.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPython } from './python.mjs';
import { root } from './run.mjs';
import {
  nodeModulesFingerprint,
  packagesFingerprint,
  readStamp,
  venvFingerprint,
} from './stamp.mjs';
import { exclusively, npm, step } from './step.mjs';

const venv = join(root, '.venv');
const venvPython = join(
  venv,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);
const venvStamp = join(venv, 'setup-stamp');
const nodeModulesStamp = join(root, 'node_modules', 'setup-stamp');

/** @type {Record<import('./stamp.mjs').Level, import('./stamp.mjs').Level[]>} */
const SATISFIED_BY = { runtime: ['runtime', 'dev'], dev: ['dev'] };

/**
 * Makes sure that `.venv` holds the sidecar and the packages of a level.
 * @param {import('./stamp.mjs').Level} level
 * @returns {Promise<string>} Path of the environment's Python.
 * @throws {Problem} when there is no suitable Python, or a step fails.
 */
export async function ensurePython(level) {
  await ensure(
    () => isPythonReady(level),
    () => setUpPython(level),
  );
  return venvPython;
}

/**
 * Makes sure that `node_modules` is what package-lock.json says.
 * @returns {Promise<void>}
 * @throws {Problem} when npm fails.
 */
export async function ensureNodeModules() {
  const fingerprint = nodeModulesFingerprint(root);
  await ensure(
    () => readStamp(nodeModulesStamp)[0] === fingerprint,
    async () => {
      console.error('Setting up Node packages (once, about a minute) ...');
      await npm('ci --include=dev --loglevel=error');
      writeFileSync(nodeModulesStamp, fingerprint);
    },
  );
}

/**
 * Builds the demo app into `electron-shim/dist`.
 * @returns {Promise<void>}
 * @throws {Problem} when the build fails.
 */
export function buildShim() {
  return exclusively(() => step(process.execPath, ['electron-shim/build.mjs']));
}

/**
 * @param {() => boolean} isReady
 * @param {() => Promise<void>} setUp
 */
async function ensure(isReady, setUp) {
  if (isReady()) return;
  await exclusively(async () => {
    // Another process may have done it while this one waited.
    if (!isReady()) await setUp();
  });
}

/** @param {import('./stamp.mjs').Level} level */
function isPythonReady(level) {
  const [base, packages] = readStamp(venvStamp);
  return (
    base === venvFingerprint(venv) &&
    SATISFIED_BY[level].some((each) => packages === packagesFingerprint(root, each))
  );
}

/** @param {import('./stamp.mjs').Level} level */
async function setUpPython(level) {
  // A usable environment is added to rather than replaced: an app may be running from it.
  const isUsable = readStamp(venvStamp)[0] === venvFingerprint(venv);
  const python = isUsable ? null : findPython();
  console.error('Setting up Python packages (once, about a minute) ...');
  // Without a stamp, a set-up that is cut short is made anew from nothing.
  rmSync(venvStamp, { force: true });
  if (python) {
    const [command, ...args] = python;
    await step(command, [...args, '-I', '-m', 'venv', '--clear', venv]);
  }
  await pip('--require-hashes', '-r', `requirements/${level}.txt`);
  await pip('--no-deps', '--no-build-isolation', '-e', '.');
  writeFileSync(venvStamp, `${venvFingerprint(venv) ?? ''}\n${packagesFingerprint(root, level)}`);
}

/** @param {string[]} args */
function pip(...args) {
  const quietly = ['--disable-pip-version-check', '--quiet'];
  return step(venvPython, ['-I', '-m', 'pip', 'install', ...quietly, ...args]);
}
