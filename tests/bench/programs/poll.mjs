// Polls as an Electron app would, from Node: a running sidecar, a program that only echoes, and one
// that is spawned for every poll. Prints as JSON how many times faster, and how many times cheaper,
// the sidecar and the echo are than the last.
//
// Usage: node poll.mjs <spawned program> <echo> <its file> <sidecar> [its arguments]
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const ROUNDS = 20;
const ROUND_POLLS = { running: 200, spawned: 10 };
const COLD_POLLS = 60;
const COLD_GAP_MS = 30;
const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}\n';
/** Microseconds in one tick of /proc: Linux counts the time of ended children in these. */
const TICK_US = 10_000;

const [spawned = '', echo = '', answerFile = '', command = '', ...args] = process.argv.slice(2);

/**
 * A way to poll.
 * @typedef {{ pid?: number, ask: () => Promise<unknown> }} Way
 */

/**
 * @param {string} program
 * @param {string[]} programArgs
 * @returns {Way & { end: () => void }} A program that keeps running, and how to ask it.
 */
function running(program, programArgs) {
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

/** @returns {Promise<string[][]>} */
function askSpawned() {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(spawned, [], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    child.on('error', reject);
    child.on('close', () => {
      resolve(
        output
          .trimEnd()
          .split('\n')
          .map((line) => line.split(', ')),
      );
    });
  });
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
async function hot(way, count) {
  const cpu = cpuUs(way);
  const taken = [];
  for (let i = 0; i < count; i++) taken.push(await milliseconds(way.ask));
  return { ms: median(taken), cpuUs: (cpuUs(way) - cpu) / count };
}

/** @param {Way} way */
async function cold(way) {
  await delay(COLD_GAP_MS);
  return milliseconds(way.ask);
}

/** @param {() => Promise<unknown>} poll */
async function milliseconds(poll) {
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
function runningUs(pid) {
  const tasks = `/proc/${pid}/task`;
  const ns = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return sum(ns) / 1000;
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const sidecar = running(command, args);
const echoing = running(echo, [answerFile]);
const spawning = { ask: askSpawned };
await sidecar.ask();
/** @type {Record<'sidecar' | 'echo' | 'spawned', Cost>[]} */
const rounds = [];
for (let i = 0; i < ROUNDS; i++) {
  rounds.push({
    sidecar: await hot(sidecar, ROUND_POLLS.running),
    echo: await hot(echoing, ROUND_POLLS.running),
    spawned: await hot(spawning, ROUND_POLLS.spawned),
  });
}
/** @type {Record<'sidecar' | 'echo' | 'spawned', number>[]} */
const pauses = [];
for (let i = 0; i < COLD_POLLS; i++) {
  pauses.push({
    sidecar: await cold(sidecar),
    echo: await cold(echoing),
    spawned: await cold(spawning),
  });
}

/** @param {'sidecar' | 'echo'} name */
function times(name) {
  return {
    hot: median(rounds.map((each) => each.spawned.ms / each[name].ms)),
    cold: median(pauses.map((each) => each.spawned)) / median(pauses.map((each) => each[name])),
    cpu:
      sum(rounds.map((each) => each.spawned.cpuUs)) / sum(rounds.map((each) => each[name].cpuUs)),
  };
}
console.log(JSON.stringify({ sidecar: times('sidecar'), echo: times('echo') }));
sidecar.end();
echoing.end();
