/**
 * Measures what a page that asks again the moment it is answered costs, in real Electron: the
 * sidecar's CPU, and the main process's CPU a call against a handler that returns a constant, in
 * turns. And what ten such windows cost the sidecar. Prints one line of JSON.
 */
import { CHANNEL, cpuMs, median, sidecarsOf, useHandler, withShim } from './shim.mjs';

const ROUNDS = 5;
const ROUND_MS = 2000;
const WINDOWS = 10;

/** @typedef {import('./shim.mjs').App} App */
/** @typedef {import('./shim.mjs').Page} Page */

await withShim(async (app, page) => {
  await keepConstant(app, page);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    await useHandler(app, 'constant');
    const constant = await measure(app, [page]);
    await useHandler(app, 'real');
    rounds.push({ constant, real: await measure(app, [page]) });
  }
  for (let windows = 1; windows < WINDOWS; windows++) await openHiddenWindow(app);
  const ten = await measure(app, app.windows());
  console.log(
    JSON.stringify({
      callsPerSecond: median(rounds.map(({ real }) => real.callsPerSecond)),
      sidecarCpuPercent: median(rounds.map(({ real }) => real.sidecarCpuPercent)),
      mainCpuRatio: median(rounds.map(({ real, constant }) => real.mainCpuMs / constant.mainCpuMs)),
      windowsCpuPercent: ten.sidecarCpuPercent,
      windowsCallsPerSecond: ten.callsPerSecond,
      sidecars: sidecarsOf(app).length,
      unanswered: rounds.reduce((sum, { real }) => sum + real.unanswered, ten.unanswered),
    }),
  );
});

/**
 * Keeps a handler that returns what the bridge's does now.
 * @param {App} app
 * @param {Page} page
 */
async function keepConstant(app, page) {
  await app.evaluate(() => {
    const { handlers } = /** @type {import('./shim.mjs').Kept} */ (
      /** @type {unknown} */ (globalThis)
    );
    const real = /** @type {import('./shim.mjs').Handler} */ (handlers['real']);
    /** @type {unknown} */
    let answer;
    handlers['recording'] = async (...args) => (answer = await real(...args));
    handlers['constant'] = () => Promise.resolve(answer);
  });
  await useHandler(app, 'recording');
  await page.evaluate(`electron.invoke('${CHANNEL}')`);
}

/**
 * Opens one more window of the app, with its page, that nobody sees.
 * @param {App} app
 */
async function openHiddenWindow(app) {
  await app.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/dist/preload.cjs`;
    const url = BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? '';
    await new BrowserWindow({ show: false, webPreferences: { preload } }).loadURL(url);
  });
}

/**
 * @param {App} app
 * @param {Page[]} pages
 */
async function measure(app, pages) {
  const [sidecar = 0] = sidecarsOf(app);
  const before = { main: await mainCpuMs(app), sidecar: cpuMs(sidecar), at: performance.now() };
  const counts = await Promise.all(pages.map(askHastily));
  const elapsedMs = performance.now() - before.at;
  const calls = counts.reduce((sum, each) => sum + each.calls, 0);
  return {
    callsPerSecond: calls / (elapsedMs / 1000),
    unanswered: counts.reduce((sum, each) => sum + each.unanswered, 0),
    sidecarCpuPercent: (100 * (cpuMs(sidecar) - before.sidecar)) / elapsedMs,
    mainCpuMs: ((await mainCpuMs(app)) - before.main) / calls,
  };
}

/**
 * @param {Page} page
 * @returns {Promise<{ calls: number, unanswered: number }>}
 */
function askHastily(page) {
  return page.evaluate(`(async () => {
    const end = performance.now() + ${ROUND_MS};
    const counts = { calls: 0, unanswered: 0 };
    while (performance.now() < end) {
      counts.calls += 1;
      const answer = await electron.invoke('${CHANNEL}').catch(() => undefined);
      if (!Array.isArray(answer)) counts.unanswered += 1;
    }
    return counts;
  })()`);
}

/** @param {App} app */
async function mainCpuMs(app) {
  const { user, system } = await app.evaluate(() => process.cpuUsage());
  return (user + system) / 1000;
}
