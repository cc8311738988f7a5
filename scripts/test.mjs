/**
 * `npm test`: all tests, in Python, in Node, of the bundled sidecar, in a real Electron, and of the
 * packaged app. All of them run, whatever becomes of the others. Where Electron cannot run, its tests
 * are skipped, except in CI.
 */
import { join } from 'node:path';
import { electronToDrive, Obstacle } from './drive-electron.mjs';
import { main, Problem, root } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';
import { nodeTool, succeeds } from './tools.mjs';

/** Those that start a sidecar rather than call it. */
const TESTS_OF_PROCESSES = ['process', 'program', 'nvidia', 'doctor', 'telemetry'].map(
  (name) => `tests/sidecar/test_${name}.py`,
);

const VITEST = nodeTool('vitest/vitest.mjs', 'run');

/** @typedef {'ok' | 'failed' | 'skipped'} Outcome */

await main(async () => {
  const python = await ensurePython('dev');
  await ensureNodeModules();
  /** @type {[string, Outcome][]} */
  const parts = [
    ['Python tests', await outcome([python, '-m', 'pytest'])],
    ['Node tests', await outcome(VITEST)],
    ['Bundled sidecar', await bundledSidecar(python)],
    ['End-to-end tests', await endToEnd()],
  ];
  console.log(parts.map(([name, result]) => `${name}: ${result}`).join('\n'));
  return { code: parts.some(([, result]) => result === 'failed') ? 1 : 0, signal: null };
});

/**
 * What crosses the pipes is tested again, on the sidecar as it is shipped.
 * @param {string} python
 * @returns {Promise<Outcome>}
 */
async function bundledSidecar(python) {
  if (!(await succeeds([process.execPath, 'scripts/bundle.mjs']))) return 'failed';
  const program = process.platform === 'win32' ? 'gpu-metrics-sidecar.exe' : 'gpu-metrics-sidecar';
  return outcome([python, '-m', 'pytest', ...TESTS_OF_PROCESSES], {
    env: { ...process.env, SIDECAR_PROGRAM: join(root, 'dist', 'sidecar', program) },
  });
}

/** @returns {Promise<Outcome>} */
async function endToEnd() {
  try {
    const { display, options } = await electronToDrive();
    const results = [
      await outcome([...display, ...VITEST, '--config', 'vitest.e2e.config.ts'], options),
      await outcome([process.execPath, 'scripts/package.mjs']),
      await outcome([...display, ...VITEST, '--config', 'vitest.packaged.config.ts'], options),
    ];
    return results.includes('failed') ? 'failed' : 'ok';
  } catch (error) {
    return failedOrSkipped(error);
  }
}

/**
 * @param {import('./tools.mjs').CommandLine} commandLine
 * @param {Parameters<typeof succeeds>[1]} [options]
 * @returns {Promise<Outcome>}
 */
async function outcome(commandLine, options) {
  return (await succeeds(commandLine, options)) ? 'ok' : 'failed';
}

/**
 * @param {unknown} error
 * @returns {Outcome}
 */
function failedOrSkipped(error) {
  if (error instanceof Problem) {
    console.error(error.message);
    return 'failed';
  }
  if (!(error instanceof Obstacle)) throw error;
  // A CI that lacks something must say so rather than pass.
  const inCi = Boolean(process.env['CI']);
  console.error(`End-to-end tests ${inCi ? 'failed' : 'skipped'}: ${error.message}`);
  return inCi ? 'failed' : 'skipped';
}
