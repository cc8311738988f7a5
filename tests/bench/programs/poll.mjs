// Polls as an Electron app would, from Node: a running sidecar, and a program that is spawned for
// every poll. Prints as JSON how many times faster, and how many times cheaper, the sidecar is.
//
// Usage: node poll.mjs <spawned program> <sidecar> [its arguments]
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const ROUNDS = 20;
const ROUND_POLLS = { sidecar: 200, spawned: 10 };
const COLD_POLLS = 60;
const COLD_GAP_MS = 30;
const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"dashboard:get-gpu-metrics"}\n';
/** Microseconds in one tick of /proc: Linux counts the time of ended children in these. */
const TICK_US = 10_000;

const [spawned = '', command = '', ...args] = process.argv.slice(2);
const sidecar = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
sidecar.stdout.setEncoding('utf8');

/** @returns {Promise<unknown>} */
function askSidecar() {
  return new Promise((resolve) => {
    let answer = '';
    /** @param {string} text */
    const take = (text) => {
      answer += text;
      if (!answer.endsWith('\n')) return;
      sidecar.stdout.off('data', take);
      resolve(JSON.parse(answer));
    };
    sidecar.stdout.on('data', take);
    sidecar.stdin.write(REQUEST);
  });
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
 * @param {() => Promise<unknown>} poll
 * @param {number} count
 * @returns {Promise<{ ms: number, cpuUs: number }>} Of one poll: the usual time, and the processor
 * time of both sides.
 */
async function hot(poll, count) {
  const cpu = cpuUs();
  const taken = [];
  for (let i = 0; i < count; i++) taken.push(await milliseconds(poll));
  return { ms: median(taken), cpuUs: (cpuUs() - cpu) / count };
}

/** @param {() => Promise<unknown>} poll */
async function cold(poll) {
  await delay(COLD_GAP_MS);
  return milliseconds(poll);
}

/** @param {() => Promise<unknown>} poll */
async function milliseconds(poll) {
  const start = performance.now();
  await poll();
  return performance.now() - start;
}

/** Processor time so far: of this process, of its ended children, and of the sidecar. */
function cpuUs() {
  const { user, system } = process.cpuUsage();
  const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ')[1] ?? '';
  const [cutime = 0, cstime = 0] = afterName.split(' ').slice(13, 15).map(Number);
  const tasks = `/proc/${sidecar.pid ?? 0}/task`;
  const sidecarNs = readdirSync(tasks)
    .map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, ns) => sum + ns, 0);
  return user + system + (cutime + cstime) * TICK_US + sidecarNs / 1000;
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

await askSidecar();
const rounds = [];
for (let i = 0; i < ROUNDS; i++) {
  rounds.push({
    sidecar: await hot(askSidecar, ROUND_POLLS.sidecar),
    spawned: await hot(askSpawned, ROUND_POLLS.spawned),
  });
}
const pauses = [];
for (let i = 0; i < COLD_POLLS; i++) {
  pauses.push({ sidecar: await cold(askSidecar), spawned: await cold(askSpawned) });
}
const hotTimes = median(rounds.map((each) => each.spawned.ms / each.sidecar.ms));
const coldTimes =
  median(pauses.map((each) => each.spawned)) / median(pauses.map((each) => each.sidecar));
/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);
const cpuTimes =
  sum(rounds.map((each) => each.spawned.cpuUs)) / sum(rounds.map((each) => each.sidecar.cpuUs));
console.log(JSON.stringify({ hot: hotTimes, cold: coldTimes, cpu: cpuTimes }));
sidecar.kill();
