/** `npm run soak` and `npm run fuzz`: the sidecar under load for as long as is asked for. */
import { main, run } from './run.mjs';
import { ensurePython } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);

await main(async () => {
  const python = await ensurePython('dev');
  return run(python, [`tests/soak/${program}.py`, ...args]);
});
