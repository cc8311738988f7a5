/**
 * Measures what the dashboard costs the page's main thread, in real Electron: processor time of that
 * thread alone, as Linux accounts for it, so that waiting for a busy computer does not count. A
 * preload of its own answers the page: the bridge's work is measured elsewhere. Prints one line of
 * JSON.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median, withShim } from './shim.mjs';

const PRELOAD = fileURLToPath(new URL('../../fakes/synthetic-preload.cjs', import.meta.url));

/** Of the charts: 300 points, of which one is new in each tick. */
const PREFERENCES = { intervalMs: 1000, windowMinutes: 5 };
/** Those of the overview have a new point in every second tick. */
const SAMPLE_TICKS = 2;
const SAMPLES = 7;
/** Until what is only done at first has been done, and what is done each time has been compiled. */
const WARM_UP_TICKS = 30;

/** In pixels: as the app opens its window, where two of four charts are scrolled away. */
const HEIGHT = 900;
/** So high that all four are in view, which alone are drawn. */
const HEIGHT_OF_ALL_CHARTS = 1300;

/** @typedef {import('./shim.mjs').App} App */
/** @typedef {import('./shim.mjs').Page} Page */

await withShim(async (app) => {
  const charts = await tick(app, 8, HEIGHT_OF_ALL_CHARTS, compareAll);
  const chartsScrolledAway = await tick(app, 8, HEIGHT, compareAll);
  const overview = await tick(app, 64, HEIGHT, () => Promise.resolve());
  console.log(JSON.stringify({ charts, chartsScrolledAway, overview }));
});

/**
 * Returns what a tick costs in a window with so many GPUs, once `prepare` has chosen what is shown:
 * processor time in all, and of it the scripts' and that of styles and layout.
 * @param {App} app
 * @param {number} gpus
 * @param {number} height
 * @param {(page: Page) => Promise<void>} prepare
 */
async function tick(app, gpus, height, prepare) {
  const { page, thread } = await openWindow(app, gpus, height);
  await prepare(page);
  await page.waitForTimeout(WARM_UP_TICKS * PREFERENCES.intervalMs);
  const spent = await spentClock(page, thread);
  /** @type {Spent[]} */
  const samples = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const before = await spent();
    await page.waitForTimeout(SAMPLE_TICKS * PREFERENCES.intervalMs);
    const after = await spent();
    samples.push({
      cpuMs: (after.cpuMs - before.cpuMs) / SAMPLE_TICKS,
      scriptMs: (after.scriptMs - before.scriptMs) / SAMPLE_TICKS,
      layoutMs: (after.layoutMs - before.layoutMs) / SAMPLE_TICKS,
    });
  }
  await page.close();
  return {
    cpuMs: median(samples.map((each) => each.cpuMs)),
    scriptMs: median(samples.map((each) => each.scriptMs)),
    layoutMs: median(samples.map((each) => each.layoutMs)),
  };
}

/**
 * Processor time of the main thread: all of it, the scripts', and that of styles and layout.
 * @typedef {{ cpuMs: number, scriptMs: number, layoutMs: number }} Spent
 */

/**
 * Returns a clock of the processor time that a page's main thread has taken so far.
 * @param {Page} page
 * @param {number} thread
 * @returns {Promise<() => Promise<Spent>>}
 */
async function spentClock(page, thread) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    /** @param {string} wanted */
    const ms = (wanted) => 1000 * (metrics.find(({ name }) => name === wanted)?.value ?? NaN);
    return {
      cpuMs: cpuMs(thread),
      scriptMs: ms('ScriptDuration'),
      layoutMs: ms('RecalcStyleDuration') + ms('LayoutDuration'),
    };
  };
}

/**
 * Opens the app's page in a window of its own. Returns it, and the process id of its renderer, which
 * is the id of its main thread as well.
 * @param {App} app
 * @param {number} gpus
 * @param {number} height
 */
async function openWindow(app, gpus, height) {
  const opened = app.waitForEvent('window');
  const thread = await app.evaluate(
    async ({ app, BrowserWindow }, [height, preload, argument]) => {
      const webPreferences = { preload, additionalArguments: [argument] };
      const window = new BrowserWindow({ width: 1280, height, webPreferences });
      await window.loadFile(`${app.getAppPath()}/dist/renderer/index.html`);
      return window.webContents.getOSProcessId();
    },
    /** @type {const} */ ([height, PRELOAD, `--gpus=${gpus}`]),
  );
  const page = await opened;
  await page.evaluate(`localStorage.setItem('gpu-dashboard', '${JSON.stringify(PREFERENCES)}')`);
  await page.reload();
  await page.waitForSelector('[data-testid=gpu-card]');
  return { page, thread };
}

/**
 * Shows all GPUs over each other in four charts.
 * @param {Page} page
 */
async function compareAll(page) {
  for (const box of await page.locator('[data-testid=gpu-card] [type=checkbox]').all()) {
    await box.check();
  }
  await page.click('text=/^Compare \\d$/');
  await page.waitForSelector('[data-testid=chart] canvas');
}

/**
 * Processor time of a thread so far, in milliseconds.
 * @param {number} thread
 */
function cpuMs(thread) {
  return (
    Number(readFileSync(`/proc/${thread}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  );
}
