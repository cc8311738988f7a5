/** `npm run --silent sidecar`: the sidecar alone, requests on stdin and answers on stdout. */
import { main, run } from './run.mjs';
import { ensurePython } from './setup.mjs';

await main(async () => {
  const python = await ensurePython('runtime');
  return run(python, ['-I', '-m', 'sidecar', ...process.argv.slice(2)]);
});
