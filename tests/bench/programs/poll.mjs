// Polls as an Electron app would, from Node: a running sidecar, a program that only echoes, and one
// that is spawned for every poll. Prints as JSON how many times faster, and how many times cheaper,
// the sidecar and the echo are than the last.
//
// Usage: node poll.mjs <spawned program> <echo> <its file> <sidecar> [its arguments]
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { hot, median, milliseconds, running, sum } from './polling.mjs';

const ROUNDS = 20;
const ROUND_POLLS = { running: 200, spawned: 10 };
const COLD_POLLS = 60;
const COLD_GAP_MS = 30;

const [spawned = '', echo = '', answerFile = '', command = '', ...args] = process.argv.slice(2);

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

/** @param {import('./polling.mjs').Way} way */
async function cold(way) {
  await delay(COLD_GAP_MS);
  return milliseconds(way.ask);
}

const sidecar = running(command, args);
const echoing = running(echo, [answerFile]);
const spawning = { ask: askSpawned };
await sidecar.ask();
/** @type {Record<'sidecar' | 'echo' | 'spawned', import('./polling.mjs').Cost>[]} */
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
