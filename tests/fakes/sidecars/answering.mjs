// A sidecar in miniature: answers each method with its usual result, or with the one that the JSON
// object in its first argument names. 'exit' ends it without an answer; null is no answer; 'long' is
// a line of more than a megabyte; 'error' is an error; with `deaf` only SIGKILL ends it. `test:process` is what it knows of
// itself, `test:requests` which methods it was asked for, with which params.
import { createInterface } from 'node:readline';

const answers = {
  'sidecar:hello': { protocolVersion: 1, sidecarVersion: '0', pid: process.pid, methods: [] },
  'dashboard:get-gpu-metrics': [],
  'test:requests': [],
  'test:process': { args: process.argv.slice(3), env: process.env },
  ...JSON.parse(process.argv[2] ?? '{}'),
};

if (answers.deaf) {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 1_000_000);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  answers['test:requests'].push(params ? [method, params] : [method]);
  const result = answers[method] === 'long' ? 'x'.repeat(1 << 20) : answers[method];
  if (result === 'exit') process.exit(3);
  if (result === null) return;
  const error = { code: -32001, message: 'the driver does not answer' };
  const outcome = result === 'error' ? { error } : { result };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }));
});
