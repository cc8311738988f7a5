/**
 * A lock between processes, so that `npm start` and `npm test` in two terminals do not set up the
 * same folder at once. It is a folder that holds its owner's process id.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from './run.mjs';

/** Longer than any set-up, a first one on a slow network included. */
const WAIT_LIMIT_MS = 40 * 60_000;

const POLL_INTERVAL_MS = 100;

/** What renaming a folder to an existing one fails with: on POSIX systems, and on Windows. */
const TAKEN = ['ENOTEMPTY', 'EEXIST', 'EPERM'];

/**
 * Runs `body` while no other process holds the lock. The lock of a process that has died is taken
 * over.
 * @template T
 * @param {string} folder The lock; it must not exist for any other purpose.
 * @param {() => Promise<T>} body
 * @param {number} [waitLimitMs]
 * @returns {Promise<T>} What `body` returned.
 * @throws {Problem} when another process has held the lock for all of `waitLimitMs`.
 */
export async function withLock(folder, body, waitLimitMs = WAIT_LIMIT_MS) {
  await acquire(folder, waitLimitMs);
  try {
    return await body();
  } finally {
    release(folder);
  }
}

/**
 * @param {string} folder
 * @param {number} waitLimitMs
 */
async function acquire(folder, waitLimitMs) {
  const deadline = performance.now() + waitLimitMs;
  let told = false;
  while (!(create(folder) || takeOver(folder))) {
    const owner = ownerOf(folder);
    if (performance.now() > deadline) {
      const who = `Another set-up (process ${owner ?? 'unknown'})`;
      throw new Problem(`${who} does not end. End it, or if there is none, delete ${folder}`);
    }
    if (owner !== null && !told) {
      console.error(`Waiting for another set-up (process ${owner}) to end ...`);
      told = true;
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/**
 * @param {string} folder
 * @returns {boolean} Whether the lock is ours now.
 */
function create(folder) {
  if (existsSync(folder)) return false;
  // Made aside and then renamed, the lock never exists without its owner's id.
  const draft = ownPath(folder);
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'pid'), String(process.pid));
  try {
    renameSync(draft, folder);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (TAKEN.includes(codeOf(error))) return false; // another waiter was faster
    throw error;
  }
}

/**
 * Makes a dead process's lock ours, in place. Deleting it instead would let a second waiter, which
 * saw the dead owner a moment ago, delete the first one's new lock.
 * @param {string} folder
 * @returns {boolean} Whether the lock is ours now.
 */
function takeOver(folder) {
  const dead = ownerOf(folder);
  if (dead === null || isAlive(dead)) return false;
  const claim = join(folder, 'claim');
  try {
    mkdirSync(claim);
  } catch {
    return false; // another waiter was faster
  }
  const isOurs = ownerOf(folder) === dead;
  if (isOurs) writeFileSync(join(folder, 'pid'), String(process.pid));
  rmSync(claim, { recursive: true, force: true });
  return isOurs;
}

/** @param {string} folder */
function release(folder) {
  const discarded = ownPath(folder);
  renameSync(folder, discarded);
  rmSync(discarded, { recursive: true, force: true });
}

/** @param {string} folder */
function ownPath(folder) {
  return `${folder}.${process.pid}`;
}

/**
 * @param {string} folder
 * @returns {number | null} The owner's process id, or null while there is none.
 */
function ownerOf(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8')) || null;
  } catch {
    return null; // given back between two looks
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === process.pid) return false; // a dead process's id, given to us anew
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it is another user's
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
