// What the programs that poll have in common: what can be polled, and what a poll costs.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}\n';
/** Microseconds in one tick of /proc: Linux counts the time of ended children in these. */
const TICK_US = 10_000;

/**
 * A way to poll.
 * @typedef {{ pid?: number, ask: () => Promise<unknown> }} Way
 */

/**
 * @param {string} program
 * @param {string[]} programArgs
 * @returns {Way & { end: () => void }} A program that keeps running, and how to ask it.
 */
export function running(program, programArgs) {
  const child = spawn(program, programArgs, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  const ask = () =>
    new Promise((resolve) => {
      let answer = '';
      /** @param {string} text */
      const take = (text) => {
        answer += text;
        if (!answer.endsWith('\n')) return;
        child.stdout.off('data', take);
        resolve(JSON.parse(answer));
      };
      child.stdout.on('data', take);
      child.stdin.write(REQUEST);
    });
  return { pid: child.pid ?? 0, ask, end: () => child.kill() };
}

/**
 * What one poll costs: the usual time, and the processor time of both sides.
 * @typedef {{ ms: number, cpuUs: number }} Cost
 */

/**
 * @param {Way} way
 * @param {number} count
 * @returns {Promise<Cost>}
 */
export async function hot(way, count) {
  const cpu = cpuUs(way);
  const taken = [];
  for (let i = 0; i < count; i++) taken.push(await milliseconds(way.ask));
  return { ms: median(taken), cpuUs: (cpuUs(way) - cpu) / count };
}

/** @param {() => Promise<unknown>} poll */
export async function milliseconds(poll) {
  const start = performance.now();
  await poll();
  return performance.now() - start;
}

/**
 * Processor time so far: of this process, of its ended children, and of the one that is asked.
 * @param {Way} way
 */
function cpuUs({ pid }) {
  const { user, system } = process.cpuUsage();
  const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ')[1] ?? '';
  const [cutime = 0, cstime = 0] = afterName.split(' ').slice(13, 15).map(Number);
  return user + system + (cutime + cstime) * TICK_US + (pid === undefined ? 0 : runningUs(pid));
}

/** @param {number} pid */
export function runningUs(pid) {
  const tasks = `/proc/${pid}/task`;
  const ns = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return sum(ns) / 1000;
}

/** @param {number[]} values */
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
