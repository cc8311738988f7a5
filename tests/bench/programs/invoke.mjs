/**
 * Measures how long a page's call takes in real Electron, against the same app with a handler that asks
 * a C program for the same bytes over pipes of the same kind, in turns. Prints one line of JSON.
 *
 * Usage: node invoke.mjs <C program that echoes> <file with its answer>
 */
import { CHANNEL, median, useHandler, withShim } from './shim.mjs';

const HOT_TURNS = 40;
const HOT_CALLS = 50;
const COLD_TURNS = 150;

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
      const real = /** @type {import('./shim.mjs').Handler} */ (handlers['real']);
      const askEcho = () =>
        new Promise((resolve) => {
          waiting.push(resolve);
          child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}\n');
        });
      // The page says which it wants, so that the two can take turns call by call.
      handlers['either'] = (event, payload, form) =>
        payload === 'echo' ? askEcho() : real(event, payload, form);
    },
    { echo, answer },
  );
  await useHandler(app, 'either');
  console.log(JSON.stringify({ hot: await hot(page), cold: await cold(page) }));
});

/**
 * How long a call takes when one follows the other, against one of the C program.
 * @param {Page} page
 */
async function hot(page) {
  /** @type {{ echo: number, real: number }[]} */
  const turns = await page.evaluate(`(async () => {
    const timed = async (payload) => {
      const start = performance.now();
      for (let i = 0; i < ${HOT_CALLS}; i++) await electron.invoke('${CHANNEL}', payload);
      return performance.now() - start;
    };
    const turns = [];
    for (let turn = 0; turn < ${HOT_TURNS}; turn++) {
      turns.push({ echo: await timed('echo'), real: await timed() });
    }
    return turns;
  })()`);
  return median(turns.map(({ echo, real }) => real / echo));
}

/**
 * How long a call takes after a pause, against one of the C program.
 * @param {Page} page
 */
async function cold(page) {
  /** @type {{ echo: number, real: number }[]} */
  const turns = await page.evaluate(`(async () => {
    const timed = async (payload) => {
      await new Promise((resolve) => setTimeout(resolve, ${COLD_GAP_MS}));
      const start = performance.now();
      await electron.invoke('${CHANNEL}', payload);
      return performance.now() - start;
    };
    const turns = [];
    for (let turn = 0; turn < ${COLD_TURNS}; turn++) {
      turns.push({ echo: await timed('echo'), real: await timed() });
    }
    return turns;
  })()`);
  return middle(turns.map(({ real }) => real)) / middle(turns.map(({ echo }) => echo));
}

/**
 * The mean of the middle half: a page's clock is too coarse for a median.
 * @param {number[]} values
 */
function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.slice(sorted.length / 4, (3 * sorted.length) / 4);
  return half.reduce((sum, each) => sum + each, 0) / half.length;
}
