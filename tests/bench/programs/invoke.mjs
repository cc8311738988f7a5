/**
 * Measures how long a page's call takes in real Electron, against the same app with a handler that asks
 * a C program for the same bytes over pipes of the same kind, in turns. Prints one line of JSON.
 *
 * Usage: node invoke.mjs <C program that echoes> <file with its answer>
 */
import { CHANNEL, median, useHandler, withShim } from './shim.mjs';

const ROUNDS = 10;
const HOT_CALLS = 200;
const COLD_CALLS = 20;

/** Longer than the bridge gives one answer to many, so that each call reaches the sidecar. */
const COLD_GAP_MS = 60;

/** @typedef {import('./shim.mjs').Page} Page */

/**
 * Where a function that Playwright evaluates finds `require`.
 * @typedef {{ mainModule: { require(name: string): unknown } }} MainProcess
 */

await withShim(async (app, page) => {
  const [echo = '', answer = ''] = process.argv.slice(2);
  await app.evaluate(
    (_electron, { echo, answer }) => {
      const { spawn } = /** @type {typeof import('node:child_process')} */ (
        /** @type {MainProcess} */ (/** @type {unknown} */ (process)).mainModule.require(
          'node:child_process',
        )
      );
      const child = spawn(echo, [answer], { stdio: ['pipe', 'pipe', 'inherit'] });
      /** @type {((outcome: unknown) => void)[]} */
      const waiting = [];
      let rest = '';
      child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) waiting.shift()?.(JSON.parse(line));
      });
      const { handlers } = /** @type {import('./shim.mjs').Kept} */ (
        /** @type {unknown} */ (globalThis)
      );
      handlers['echo'] = () =>
        new Promise((resolve) => {
          waiting.push(resolve);
          child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}\n');
        });
    },
    { echo, answer },
  );
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    await useHandler(app, 'echo');
    const inC = { hot: await hotMs(page), cold: await coldMs(page) };
    await useHandler(app, 'real');
    const real = { hot: await hotMs(page), cold: await coldMs(page) };
    rounds.push({ hot: real.hot / inC.hot, cold: real.cold / inC.cold });
  }
  console.log(
    JSON.stringify({
      hot: median(rounds.map(({ hot }) => hot)),
      cold: median(rounds.map(({ cold }) => cold)),
    }),
  );
});

/**
 * How long a call takes when one follows the other, in milliseconds.
 * @param {Page} page
 * @returns {Promise<number>}
 */
function hotMs(page) {
  return page.evaluate(`(async () => {
    const start = performance.now();
    for (let i = 0; i < ${HOT_CALLS}; i++) await electron.invoke('${CHANNEL}');
    return (performance.now() - start) / ${HOT_CALLS};
  })()`);
}

/**
 * How long a call takes after a pause, in milliseconds: the mean, since a page's clock is coarse, of the
 * middle half.
 * @param {Page} page
 * @returns {Promise<number>}
 */
function coldMs(page) {
  return page.evaluate(`(async () => {
    const taken = [];
    for (let i = 0; i < ${COLD_CALLS}; i++) {
      await new Promise((resolve) => setTimeout(resolve, ${COLD_GAP_MS}));
      const start = performance.now();
      await electron.invoke('${CHANNEL}');
      taken.push(performance.now() - start);
    }
    const middle = taken.sort((a, b) => a - b).slice(${COLD_CALLS / 4}, ${(3 * COLD_CALLS) / 4});
    return middle.reduce((sum, each) => sum + each, 0) / middle.length;
  })()`);
}
