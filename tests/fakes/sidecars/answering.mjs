// A sidecar in miniature: answers each method with its usual result, or with the one that the JSON
// object in its first argument names. 'exit' ends it without an answer; null is no answer.
import { createInterface } from 'node:readline';

const answers = {
  'sidecar:hello': { protocolVersion: 1, sidecarVersion: '0', pid: process.pid, methods: [] },
  'dashboard:get-gpu-metrics': [],
  ...JSON.parse(process.argv[2] ?? '{}'),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const result = answers[method];
  if (result === 'exit') process.exit(3);
  if (result !== null) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
});
