/**
 * Runs child processes for the other scripts. A child ends with its script, whatever ends that, and
 * what a script expects to go wrong ends it with one line rather than a stack trace.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onEnd, stop } from './stop.mjs';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Ctrl-C reaches the child from the terminal as well; a second SIGINT would cut its clean-up short. */
const INTERRUPT_GRACE_MS = 500;

/** Something the user can act on. The message says what happened and what to do. */
export class Problem extends Error {}

/** This process was told to end. Thrown, so that what it holds is given back on the way out. */
class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Interrupted by ${signal}.`);
    this.signal = signal;
  }
}

/**
 * How a child ended.
 * @typedef {object} Ending
 * @property {number | null} code Exit code, or null when a signal ended it.
 * @property {NodeJS.Signals | null} signal The signal that ended it, or null.
 */

/**
 * Runs a program in the repository's root until it ends. When this process is told to end, the
 * child is stopped first.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { limitMs?: number }} [options]
 * As for `spawn`, with stdio inherited. `limitMs`: stops the child after so many milliseconds.
 * `detached`: the child leads a process group of its own, which is stopped as a whole.
 * @returns {Promise<Ending>}
 * @throws {Problem} when the program cannot be started.
 * @throws {Interrupted} when this process was told to end; {@link main} then does.
 */
export async function run(command, args, { limitMs, ...options } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  /** @type {Promise<void> | undefined} */
  let stopping;
  /** @param {number} graceMs */
  const stopChild = (graceMs) => (stopping ??= stop(child, options.detached === true, graceMs));
  const limit =
    limitMs &&
    setTimeout(() => {
      console.error(`${command} takes longer than ${limitMs / 1000} s and is stopped.`);
      void stopChild(0);
    }, limitMs);
  /** @type {NodeJS.Signals | undefined} */
  let received;
  const ignoreEnd = onEnd((signal) => {
    received ??= signal;
    void stopChild(signal === 'SIGINT' ? INTERRUPT_GRACE_MS : 0);
  });
  const result = await ending(command, child).finally(async () => {
    await stopping;
    clearTimeout(limit);
    ignoreEnd();
  });
  if (received) throw new Interrupted(received);
  return result;
}

/**
 * @param {string} command
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<Ending>}
 */
function ending(command, child) {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Problem(`Cannot run ${command}: ${error.message}`)));
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

/**
 * Runs a script's body, and ends the script as the body's result says. A {@link Problem} becomes its
 * one line on stderr and exit code 1.
 * @param {() => Promise<Ending>} body
 * @returns {Promise<void>}
 */
export async function main(body) {
  try {
    const { code, signal } = await body();
    // npm stays quiet about a script that a signal ended.
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  } catch (error) {
    if (error instanceof Interrupted) {
      process.kill(process.pid, error.signal);
    } else if (error instanceof Problem) {
      console.error(error.message);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}
