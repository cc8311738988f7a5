/**
 * Measures what a page that asks again the moment it is answered costs, in real Electron: the
 * sidecar's CPU, and the main process's CPU a call against a handler that returns a constant, in
 * turns. While the constant answers, the sidecar only sweeps: what that costs is told beside it.
 *
 * Prints one line of JSON. Wants a display, a built shim and, as the end-to-end tests,
 * ELECTRON_EXECUTABLE and ELECTRON_ARGS.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';

const CHANNEL = 'dashboard:get-gpu-metrics';
const GPUS = 8;
const ROUNDS = 5;
const ROUND_MS = 2000;

const { ELECTRON_EXECUTABLE = '', ELECTRON_ARGS = '[]' } = process.env;
/** @type {unknown} */
const parsedArgs = JSON.parse(ELECTRON_ARGS);
const electronArgs = /** @type {string[]} */ (parsedArgs);
const profile = mkdtempSync(join(tmpdir(), 'hasty-page-'));
const app = await _electron.launch({
  executablePath: ELECTRON_EXECUTABLE,
  args: [...electronArgs, `--user-data-dir=${profile}`, '--simulate', String(GPUS)],
  env: /** @type {Record<string, string>} */ (process.env),
});
const page = await app.firstWindow();
try {
  // Once the first answer is there the sidecar has imported what it needs.
  await ask();
  await keepHandlers();
  const sidecar = sidecarOf(app.process().pid);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    await useHandler('constant');
    const constant = await measure(sidecar);
    await useHandler('real');
    rounds.push({ constant, real: await measure(sidecar) });
  }
  console.log(
    JSON.stringify({
      callsPerSecond: median(rounds.map(({ real }) => real.callsPerSecond)),
      unanswered: rounds.reduce((sum, { real }) => sum + real.unanswered, 0),
      sidecarCpuPercent: median(rounds.map(({ real }) => real.sidecarCpuPercent)),
      sidecarCpuPercentUnasked: median(rounds.map(({ constant }) => constant.sidecarCpuPercent)),
      mainCpuRatio: median(rounds.map(({ real, constant }) => real.mainCpuMs / constant.mainCpuMs)),
      mainCpuMicrosecondsPerCall: median(rounds.map(({ real }) => real.mainCpuMs * 1000)),
    }),
  );
} finally {
  await app.close();
  rmSync(profile, { recursive: true, maxRetries: 10, retryDelay: 100 });
}

/**
 * What of Electron's insides is needed to swap a handler and to have it back.
 * @typedef {{ _invokeHandlers: Map<string, unknown> }} Handlers
 * @typedef {{ kept: Record<'real' | 'constant', unknown> }} Kept
 */

/** Keeps the bridge's handler, and a constant one that returns what the bridge's does now. */
async function keepHandlers() {
  await app.evaluate(({ ipcMain }, channel) => {
    const insides = /** @type {Handlers} */ (/** @type {unknown} */ (ipcMain));
    const real = insides._invokeHandlers.get(channel);
    /** @type {unknown} */
    let answer;
    const recording = async (/** @type {unknown[]} */ ...args) =>
      (answer = await /** @type {(...args: unknown[]) => Promise<unknown>} */ (real)(...args));
    insides._invokeHandlers.set(channel, recording);
    const kept = { real, constant: () => Promise.resolve(answer) };
    /** @type {Kept} */ (/** @type {unknown} */ (globalThis)).kept = kept;
  }, CHANNEL);
  await ask();
}

/** @param {'real' | 'constant'} name */
async function useHandler(name) {
  await app.evaluate(
    ({ ipcMain }, { channel, name }) => {
      const insides = /** @type {Handlers} */ (/** @type {unknown} */ (ipcMain));
      const { kept } = /** @type {Kept} */ (/** @type {unknown} */ (globalThis));
      insides._invokeHandlers.set(channel, kept[name]);
    },
    { channel: CHANNEL, name },
  );
}

/** Has the page ask once. */
async function ask() {
  await page.evaluate(`electron.invoke('${CHANNEL}')`);
}

/** @param {number} sidecar */
async function measure(sidecar) {
  const before = { main: await mainCpuMs(), sidecar: cpuMs(sidecar), at: performance.now() };
  /** @type {{ calls: number, unanswered: number }} */
  const { calls, unanswered } = await page.evaluate(`(async () => {
    const end = performance.now() + ${ROUND_MS};
    const counts = { calls: 0, unanswered: 0 };
    while (performance.now() < end) {
      counts.calls += 1;
      const answer = await electron.invoke('${CHANNEL}');
      if (!Array.isArray(answer)) counts.unanswered += 1;
    }
    return counts;
  })()`);
  const elapsedMs = performance.now() - before.at;
  return {
    callsPerSecond: calls / (elapsedMs / 1000),
    unanswered,
    sidecarCpuPercent: (100 * (cpuMs(sidecar) - before.sidecar)) / elapsedMs,
    mainCpuMs: ((await mainCpuMs()) - before.main) / calls,
  };
}

async function mainCpuMs() {
  const { user, system } = await app.evaluate(() => process.cpuUsage());
  return (user + system) / 1000;
}

/**
 * CPU that a process has used, all threads, in milliseconds.
 * @param {number} pid
 */
function cpuMs(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

/** @param {number | undefined} parent */
function sidecarOf(parent) {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .trim()
    .split(' ');
  const found = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('sidecar'),
  );
  if (!found) throw new Error('The app has no sidecar.');
  return Number(found);
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
