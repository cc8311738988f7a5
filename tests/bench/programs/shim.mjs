/**
 * The demo app in a real Electron, for what is measured in it, and handlers that answer in place of
 * the bridge's. Wants ELECTRON_EXECUTABLE and ELECTRON_ARGS, as scripts/with-electron.mjs sets them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';

export const CHANNEL = 'dashboard:get-gpu-metrics';

/**
 * @typedef {import('playwright-core').ElectronApplication} App
 * @typedef {import('playwright-core').Page} Page
 */

/**
 * What of Electron's insides is needed to swap a handler, and the handlers that are kept by name.
 * @typedef {(...args: unknown[]) => Promise<unknown>} Handler
 * @typedef {{ _invokeHandlers: Map<string, Handler> }} Insides
 * @typedef {{ handlers: Record<string, Handler> }} Kept
 */

/**
 * Runs `body` with the app and its page, once that has had its first numbers, by when the sidecar has
 * imported what it needs. Ends the app.
 * @param {(app: App, page: Page) => Promise<void>} body
 */
export async function withShim(body) {
  const { ELECTRON_EXECUTABLE = '', ELECTRON_ARGS = '[]' } = process.env;
  /** @type {unknown} */
  const args = JSON.parse(ELECTRON_ARGS);
  const profile = mkdtempSync(join(tmpdir(), 'measured-shim-'));
  const app = await _electron.launch({
    executablePath: ELECTRON_EXECUTABLE,
    args: [.../** @type {string[]} */ (args), `--user-data-dir=${profile}`],
    env: /** @type {Record<string, string>} */ (process.env),
  });
  try {
    const page = await app.firstWindow();
    await page.evaluate(`electron.invoke('${CHANNEL}')`);
    await keepHandler(app);
    await body(app, page);
  } finally {
    await app.close();
    rmSync(profile, { recursive: true, maxRetries: 10, retryDelay: 100 });
  }
}

/**
 * Keeps the bridge's handler as `real`.
 * @param {App} app
 */
async function keepHandler(app) {
  await app.evaluate(({ ipcMain }, channel) => {
    const insides = /** @type {Insides} */ (/** @type {unknown} */ (ipcMain));
    const real = /** @type {Handler} */ (insides._invokeHandlers.get(channel));
    /** @type {Kept} */ (/** @type {unknown} */ (globalThis)).handlers = { real };
  }, CHANNEL);
}

/**
 * Has pages answered by one of the handlers that are kept.
 * @param {App} app
 * @param {string} name
 */
export async function useHandler(app, name) {
  await app.evaluate(
    ({ ipcMain }, { channel, name }) => {
      const insides = /** @type {Insides} */ (/** @type {unknown} */ (ipcMain));
      const { handlers } = /** @type {Kept} */ (/** @type {unknown} */ (globalThis));
      insides._invokeHandlers.set(channel, /** @type {Handler} */ (handlers[name]));
    },
    { channel: CHANNEL, name },
  );
}

/**
 * Process ids of the sidecars that the app has started.
 * @param {App} app
 */
export function sidecarsOf(app) {
  const { pid } = app.process();
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((child) =>
      readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0').includes('sidecar'),
    )
    .map(Number);
}

/**
 * CPU that a process has used, all threads, in milliseconds.
 * @param {number} pid
 */
export function cpuMs(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

/** @param {number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
