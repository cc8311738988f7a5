// Polls the same 8 GPUs as a Node program would: the sidecar, and the npm package systeminformation.
// Prints as JSON how many times faster, and how many times cheaper, the sidecar is.
//
// Usage: node systeminformation.mjs <sidecar> [its arguments]
import assert from 'node:assert';
import systeminformation from 'systeminformation';
import { hot, median, running, sum } from './polling.mjs';

const ROUNDS = 10;
const ROUND_POLLS = { sidecar: 500, package: 5 };

const [command = '', ...args] = process.argv.slice(2);
const sidecar = running(command, args);
const npmPackage = { ask: () => systeminformation.graphics() };
await sidecar.ask();
const { controllers } = await npmPackage.ask();
assert.equal(controllers.filter((each) => each.utilizationGpu !== undefined).length, 8);

const rounds = [];
for (let i = 0; i < ROUNDS; i++) {
  rounds.push({
    sidecar: await hot(sidecar, ROUND_POLLS.sidecar),
    package: await hot(npmPackage, ROUND_POLLS.package),
  });
}
const faster = median(rounds.map((each) => each.package.ms / each.sidecar.ms));
const cpu =
  sum(rounds.map((each) => each.package.cpuUs)) / sum(rounds.map((each) => each.sidecar.cpuUs));
console.log(JSON.stringify({ hot: faster, cpu }));
sidecar.end();
