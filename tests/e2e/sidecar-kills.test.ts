import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchShim, SOON } from './shim.ts';

const KILLS = 20;

/** Pauses between two starts: 250 ms, doubled by each crash up to 8 s, a fifth more by chance. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
const CHANCE = 1.2;

/** From a start to the first numbers on a busy machine, and to the poll that fetches them. */
const START_MS = 10_000;

/** A kill comes at any moment of so long a time after numbers were seen. */
const KILL_WITHIN_MS = 1000;

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
  { timeout: KILLS * (LONGEST_PAUSE_MS * CHANCE + START_MS) },
  async () => {
    const shim = await launchShim({ args: ['--simulate', '2'] });
    await startPolling(shim.page);
    let pauseMs = FIRST_PAUSE_MS;
    for (let kill = 1; kill <= KILLS; kill++) {
      const sidecar = await shim.sidecar();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * KILL_WITHIN_MS));
      const killedAt = Date.now();
      process.kill(sidecar, 'SIGKILL');
      await expect
        .poll(async () => (await polls(shim.page)).sampledAt, {
          timeout: pauseMs * CHANCE + START_MS,
          message: `numbers after kill ${kill}`,
        })
        .toBeGreaterThan(killedAt);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
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
