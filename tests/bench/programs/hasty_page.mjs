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
const profile = mkdtempSync(join(tmpdir(), 'hasty-page-'));
const app = await _electron.launch({
  executablePath: ELECTRON_EXECUTABLE,
  args: [...JSON.parse(ELECTRON_ARGS), `--user-data-dir=${profile}`, '--simulate', String(GPUS)],
  env: /** @type {Record<string, string>} */ (process.env),
});
try {
  const page = await app.firstWindow();
  // Once the first answer is there the sidecar has imported what it needs.
  await page.evaluate(`electron.invoke('${CHANNEL}')`);
  await keepHandlers();
  const sidecar = sidecarOf(app.process().pid);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    await useHandler('constant');
    const constant = await measure(page, sidecar);
    await useHandler('real');
    rounds.push({ constant, real: await measure(page, sidecar) });
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

/** Keeps the bridge's handler, and a constant one that returns what it answers now. */
async function keepHandlers() {
  await app.evaluate(async ({ ipcMain, BrowserWindow }, channel) => {
    const { webContents } = /** @type {Electron.BrowserWindow} */ (
      BrowserWindow.getAllWindows()[0]
    );
    const answer = await webContents.executeJavaScript(`electron.invoke('${channel}')`);
    const handlers = /** @type {any} */ (ipcMain)._invokeHandlers;
    /** @type {any} */ (globalThis).kept = {
      real: handlers.get(channel),
      constant: () => Promise.resolve(answer),
    };
  }, CHANNEL);
}

/** @param {'real' | 'constant'} name */
async function useHandler(name) {
  await app.evaluate(
    ({ ipcMain }, [channel, name]) => {
      const handlers = /** @type {any} */ (ipcMain)._invokeHandlers;
      handlers.set(channel, /** @type {any} */ (globalThis).kept[String(name)]);
    },
    [CHANNEL, name],
  );
}

/**
 * @param {import('playwright-core').Page} page
 * @param {number} sidecar
 */
async function measure(page, sidecar) {
  const before = { main: await mainCpuMs(), sidecar: cpuMs(sidecar), at: performance.now() };
  const { calls, unanswered } = await page.evaluate(
    async ([channel, roundMs]) => {
      const end = performance.now() + Number(roundMs);
      const counts = { calls: 0, unanswered: 0 };
      while (performance.now() < end) {
        counts.calls += 1;
        const answer = await /** @type {any} */ (globalThis).electron.invoke(channel);
        if (!Array.isArray(answer)) counts.unanswered += 1;
      }
      return counts;
    },
    [CHANNEL, ROUND_MS],
  );
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
