// What crosses between page and main process: items 3, 7, 8 and 11 of the checklist.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fakeSidecar } from '../bridge/fake-sidecar.ts';
import { launchShim, SOON, type Shim } from './shim.ts';

const METRICS = 'dashboard:get-gpu-metrics';

/** What Electron prints for each call that a handler rejects. */
const REJECTION = 'Error occurred in handler';

interface WindowOptions {
  url: string;
  preload?: string;
  nodeIntegrationInSubFrames?: boolean;
}

/** Opens one more window in the app, by default with the app's own preload. */
async function openWindow(shim: Shim, options: WindowOptions): Promise<Page> {
  const opened = shim.app.waitForEvent('window');
  await shim.app.evaluate(({ app, BrowserWindow }, { url, ...preferences }) => {
    const preload = `${app.getAppPath()}/dist/preload.cjs`;
    const window = new BrowserWindow({ webPreferences: { preload, ...preferences } });
    return window.loadURL(url);
  }, options);
  return opened;
}

/** Writes a file that lives as long as the test. */
function temporaryFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'security-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Returns why a call of the page is refused. */
function refusal(page: Pick<Page, 'evaluate'>, call: string): Promise<string> {
  return page.evaluate(`${call}.then(() => 'it is not', (error) => error.message)`);
}

test('3: only the page of the app is answered, and no frame inside it', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  const call = `electron.invoke('${METRICS}')`;
  const refused = 'This page may not ask for GPU metrics.';
  const pageUrl = shim.page.url();

  const framing = `<iframe src="${pageUrl}"></iframe>`;
  const another = await openWindow(shim, {
    url: pathToFileURL(temporaryFile('index.html', framing)).href,
    nodeIntegrationInSubFrames: true,
  });
  expect(await refusal(another, call)).toBe(refused);
  const framed = await vi.waitUntil(() => another.frames()[1], SOON);
  await framed.waitForFunction('typeof electron === "object"', undefined, SOON);
  expect(framed.url()).toBe(pageUrl);
  expect(await refusal(framed, call)).toBe(refused);

  expect(await refusal(await openWindow(shim, { url: `${pageUrl}?other` }), call)).toBe(refused);
  const own = await openWindow(shim, { url: `${pageUrl}#/dashboard` });
  expect(await own.evaluate(call)).toMatchObject([{ gpuId: 'GPU-0' }]);
});

test("7: the page is told our own sentences only, and the app's console stays quiet", async () => {
  const shim = await launchShim({ sidecar: fakeSidecar('answering', { [METRICS]: 'exit' }) });
  const call = `electron.invoke('${METRICS}')`;
  expect(await refusal(shim.page, call)).toMatch(/^GPU sensors stopped unexpectedly\./);
  await shim.app.evaluate(() => console.error('until here'));
  await expect.poll(() => shim.output.join(''), SOON).toContain('until here');
  expect(shim.output.join('')).not.toContain(REJECTION);

  await shim.app.evaluate(({ ipcMain }, channel) => {
    ipcMain.removeHandler(channel);
    ipcMain.handle(channel, () => {
      throw new Error('spawn /home/me/secret ENOENT');
    });
  }, METRICS);
  expect(await refusal(shim.page, call)).toBe('GPU metrics are unavailable.');
  await shim.app.evaluate(({ ipcMain }, channel) => ipcMain.removeHandler(channel), METRICS);
  expect(await refusal(shim.page, call)).toBe('GPU metrics are unavailable.');
});

test('7: a preload that is not ours gets a plain rejection, printed without a stack', async () => {
  const shim = await launchShim({ sidecar: fakeSidecar('answering', { [METRICS]: [null] }) });
  const preload = temporaryFile(
    'preload.js',
    `const { contextBridge, ipcRenderer } = require('electron');
     contextBridge.exposeInMainWorld('plain', (channel) => ipcRenderer.invoke(channel));`,
  );
  const page = await openWindow(shim, { url: shim.page.url(), preload });
  const told = 'GPU sensors gave an answer that this version of the app cannot read.';
  expect(await refusal(page, `plain('${METRICS}')`)).toBe(
    `Error invoking remote method '${METRICS}': Error: ${told}`,
  );
  await expect.poll(() => shim.output.join(''), SOON).toContain(REJECTION);
  expect(shim.output.join('')).not.toMatch(/^ +at /m);
});

test('8: neither what a sidecar made up nor what a page made up gets through', async () => {
  const shim = await launchShim({
    sidecar: fakeSidecar('answering', {
      [METRICS]: [{ gpuId: 0 }],
      'dashboard:get-gpu-status': { providers: 'many' },
      'dashboard:set-gpu-options': { intervalMs: 'soon' },
    }),
  });
  const unreadable = /cannot read\.$/;
  const set = (options: string) => `electron.invoke('dashboard:set-gpu-options', ${options})`;
  expect(await refusal(shim.page, `electron.invoke('${METRICS}')`)).toMatch(unreadable);
  expect(await refusal(shim.page, `electron.invoke('dashboard:get-gpu-status')`)).toMatch(
    unreadable,
  );
  expect(await refusal(shim.page, set('{ intervalMs: 500 }'))).toMatch(unreadable);
  for (const options of ['{ intervalMs: NaN }', '{ intervalMs: 1 }', '{ processNames: true }']) {
    expect(await refusal(shim.page, set(options))).toBe('These GPU options are not valid.');
  }
  expect(await refusal(shim.page, set('{ intervalMs: () => 500 }'))).toBe(
    'GPU metrics are unavailable.',
  );
});

test('11: a page that floods the app is refused, and the sidecar does not notice', async () => {
  const { page } = await launchShim({ sidecar: fakeSidecar('counting') });
  const { polls, refusals, calls } = await page.evaluate<Record<string, unknown>>(`(async () => {
    const flood = Array.from({ length: 3000 }, () => electron.invoke('${METRICS}'));
    const settled = await Promise.allSettled(flood);
    const answers = settled.flatMap(({ value }) => value ?? []);
    return {
      calls: settled.length,
      polls: Math.max(...answers.map(({ sampledAt }) => sampledAt)),
      refusals: [...new Set(settled.flatMap(({ reason }) => reason?.message ?? []))],
    };
  })()`);
  expect(calls).toBe(3000);
  expect(refusals).toEqual(['Too many GPU requests at once.']);
  expect(polls).toBeLessThan(30);
});

test.each(['stdout', 'stderr'])(
  '11: a line without an end on %s fills no memory',
  async (stream) => {
    const shim = await launchShim({ sidecar: fakeSidecar('endless', stream) });
    const usedMiB = () => shim.app.evaluate(() => process.memoryUsage().rss / 2 ** 20);
    await expect
      .poll(() => refusal(shim.page, `electron.invoke('${METRICS}')`), SOON)
      .toMatch(/^GPU sensors /);
    // Unbounded it would be gigabytes by now; Electron itself takes 100 to 200.
    expect(await usedMiB()).toBeLessThan(500);
    expect(shim.output.join('').length).toBeLessThan(1 << 20);
  },
);
