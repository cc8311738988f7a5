// Greets, and then writes one line without an end to the stream that its first argument names, as
// fast as it is read. It never answers a poll.
import { createInterface } from 'node:readline';

const stream = process.argv[2] === 'stderr' ? process.stderr : process.stdout;
const hello = { protocolVersion: 1, sidecarVersion: '0', pid: process.pid, methods: [] };

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method !== 'sidecar:hello') return;
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result: hello }));
  stream.on('drain', flood);
  flood();
});

function flood() {
  while (stream.write('x'.repeat(1 << 16)));
}
