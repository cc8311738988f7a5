/** The steps of a set-up: programs that must succeed, within a bounded time, one set-up at a time. */
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { Problem, root, run } from './run.mjs';

/**
 * A step's stdin, stdout and stderr. Its output goes to stderr, and stdin stays untouched: both
 * belong to the sidecar's requests and answers.
 */
const STDIO = /** @type {const} */ (['ignore', 2, 2]);

/** For one step, such as downloading all Python packages. */
const STEP_LIMIT_MS = 10 * 60_000;

/**
 * Runs npm in a folder.
 * @param {string} words The arguments; fixed words of ours, none of which may hold a space.
 * @param {string} [cwd]
 * @returns {Promise<void>}
 * @throws {Problem} when npm fails.
 */
export function npm(words, cwd = root) {
  // On Windows npm is a batch file, which Node starts through a shell only.
  if (process.platform === 'win32') return step(`npm ${words}`, [], { cwd, shell: true });
  return step('npm', words.split(' '), { cwd });
}

/**
 * Runs a program that must succeed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, shell?: boolean }} [options]
 * @returns {Promise<void>}
 * @throws {Problem} when it fails or takes too long.
 */
export async function step(command, args, options = {}) {
  const ending = await run(command, args, {
    stdio: [...STDIO],
    limitMs: STEP_LIMIT_MS,
    ...options,
  });
  if (ending.code === 0) return;
  const how = ending.signal
    ? `was ended by ${ending.signal}`
    : `ended with code ${ending.code ?? '?'}`;
  throw new Problem(
    `Set-up failed: "${[command, ...args].join(' ')}" ${how}. ` +
      'Put right what it complains about, and run the same command again.',
  );
}

/**
 * Runs `body` while no other process sets anything up in this folder.
 * @template T
 * @param {() => Promise<T>} body
 * @returns {Promise<T>}
 */
export function exclusively(body) {
  return withLock(join(root, '.setup.lock'), body);
}
