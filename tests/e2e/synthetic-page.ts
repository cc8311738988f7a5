import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Shim } from './shim.ts';

const PAGE = fileURLToPath(
  new URL('../../electron-shim/dist/renderer/index.html', import.meta.url),
);
const PRELOAD = fileURLToPath(new URL('../fakes/synthetic-preload.cjs', import.meta.url));

const GPUS = 8;
const PREFERENCES = { intervalMs: 1000, windowMinutes: 5 };

/** Opens the page in a window of its own, whose preload makes up the answers, with all charts. */
export async function compareSynthetic(shim: Shim): Promise<Page> {
  const opened = shim.app.waitForEvent('window');
  await shim.app.evaluate(
    ({ BrowserWindow }, [file, preload, argument]) => {
      const webPreferences = { preload, additionalArguments: [argument] };
      const window = new BrowserWindow({ width: 1280, height: 900, webPreferences });
      void window.loadFile(file);
    },
    [PAGE, PRELOAD, `--gpus=${GPUS}`] as const,
  );
  const page = await opened;
  await page.evaluate(`localStorage.setItem('gpu-dashboard', '${JSON.stringify(PREFERENCES)}')`);
  await page.reload();
  await page.waitForSelector('[data-testid=gpu-card]');
  for (const box of await page.locator('[data-testid=gpu-card] [type=checkbox]').all()) {
    await box.check();
  }
  await page.click(`text=Compare ${GPUS}`);
  await expect.poll(() => page.locator('[data-testid=chart] canvas').count()).toBe(4);
  return page;
}
