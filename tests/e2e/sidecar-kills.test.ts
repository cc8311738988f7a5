import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { FIRST_DELAY_MS, JITTER, MAX_DELAY_MS } from '../../bridge/src/restart-policy.ts';
import { launchShim, SOON } from './shim.ts';

const KILLS = 20;

/**
 * From a start to the first numbers and the poll that fetches them: a third of a second on a quiet
 * machine, ten times that on a busy one.
 */
const START_MS = 3000;

/**
 * A kill comes at any moment of so long a time after numbers were seen. One before the first answer
 * counts towards giving up, which is promised and tested elsewhere.
 */
const KILL_WITHIN_MS = 1000;

/** After so many crashes in a row, numbers are back within this time of the last. */
function boundMs(crashes: number): number {
  const pauseMs = Math.min(FIRST_DELAY_MS * 2 ** (crashes - 1), MAX_DELAY_MS);
  return pauseMs * (1 + JITTER) + START_MS;
}

/** What the page has seen of its own polls. */
interface Polls {
  asked: number;
  answered: number;
  failed: number;
  /** The sampledAt of the latest numbers. */
  sampledAt: number;
}

/** Has the page poll 20 times a second, whether it was answered or not. */
async function startPolling(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.polls = { asked: 0, answered: 0, failed: 0, sampledAt: 0 };
    globalThis.polling = setInterval(async () => {
      polls.asked += 1;
      try {
        const gpus = await electron.invoke('dashboard:get-gpu-metrics');
        polls.answered += 1;
        polls.sampledAt = gpus[0].sampledAt;
      } catch {
        polls.failed += 1;
      }
    }, 50)`);
}

const polls = (page: Page) => page.evaluate<Polls>('polls');

test(
  'a sidecar killed twenty times at random moments: numbers are back in time, every call is answered',
  { timeout: SOON.timeout + KILLS * (KILL_WITHIN_MS + boundMs(KILLS)) },
  async () => {
    const shim = await launchShim({ args: ['--simulate', '2'] });
    await startPolling(shim.page);
    await expect.poll(async () => (await polls(shim.page)).sampledAt, SOON).toBeGreaterThan(0);
    for (let kill = 1; kill <= KILLS; kill++) {
      const sidecar = await shim.sidecar();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * KILL_WITHIN_MS));
      const killedAt = Date.now();
      process.kill(sidecar, 'SIGKILL');
      await expect
        .poll(async () => (await polls(shim.page)).sampledAt, {
          timeout: boundMs(kill),
          message: `numbers after kill ${kill}`,
        })
        .toBeGreaterThan(killedAt);
    }
    expect((await polls(shim.page)).failed).toBeGreaterThan(0);
    await shim.page.evaluate('clearInterval(polling)');
    await expect
      .poll(async () => {
        const { asked, answered, failed } = await polls(shim.page);
        return asked - answered - failed;
      }, SOON)
      .toBe(0);
  },
);
