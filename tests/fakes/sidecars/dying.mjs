// Writes more than a hundred lines to stderr, the reason of its end last, and ends.
const lines = Array.from({ length: 200 }, (_, number) => `line ${number}\n`);
process.stderr.write(`${lines.join('')}the reason\n`, () => process.exit(1));
