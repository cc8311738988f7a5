/**
 * `npm run bench`: measures the sidecar against its goals, prints a table and writes
 * docs/benchmarks.md. `npm run bench -- hello idle` measures these only, and writes nothing.
 */
import { main, run } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';

/** Eight minutes on a quiet machine. */
const LIMIT_MS = 30 * 60_000;

await main(async () => {
  const python = await ensurePython('dev');
  await ensureNodeModules();
  return run(python, ['-m', 'bench', ...process.argv.slice(2)], {
    env: { ...process.env, PYTHONPATH: 'tests' },
    limitMs: LIMIT_MS,
  });
});
