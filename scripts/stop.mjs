/** Ends child processes for certain, and tells when this process is to end itself. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** From SIGTERM to SIGKILL. The app needs up to 1 s to stop a deaf sidecar. */
const STOP_LIMIT_MS = 5_000;

/** What the rest of a process group has, after its leader has ended, to clean up. */
const GROUP_GRACE_MS = 500;

const PARENT_CHECK_INTERVAL_MS = 250;

const isNpmScript = process.env['npm_lifecycle_event'] !== undefined;
const parent = process.ppid;

/**
 * Stops a child that has not ended by itself after `graceMs`: by SIGTERM, then by SIGKILL.
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} isGroup Whether it leads a process group, which then is stopped as a whole.
 * @param {number} graceMs
 * @returns {Promise<void>} Settles when it has ended, or been sent SIGKILL.
 */
export async function stop(child, isGroup, graceMs) {
  await endWithin(child, graceMs);
  send(child, isGroup, 'SIGTERM');
  await endWithin(child, STOP_LIMIT_MS);
  if (isGroup) await delay(GROUP_GRACE_MS);
  send(child, isGroup, 'SIGKILL');
}

/**
 * Calls a function, perhaps several times, when this process is told to end.
 * @param {(signal: NodeJS.Signals) => void} listener
 * @returns {() => void} Takes the function off again.
 */
export function onEnd(listener) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM']);
  for (const signal of signals) process.on(signal, listener);
  // npm runs a script in a shell. A signal to npm ends that shell, and the script is not told.
  const watch = setInterval(() => {
    if (isNpmScript && process.ppid !== parent) listener('SIGTERM');
  }, PARENT_CHECK_INTERVAL_MS);
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, listener);
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} limitMs
 */
async function endWithin(child, limitMs) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await Promise.race([once(child, 'exit'), delay(limitMs, undefined, { ref: false })]);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} isGroup
 * @param {NodeJS.Signals} signal
 */
function send(child, isGroup, signal) {
  if (!isGroup || child.pid === undefined) {
    child.kill(signal); // does nothing once it has ended
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // No process of the group is left.
  }
}
