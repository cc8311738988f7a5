// Writes what no client asked for: text on stdout, a character in two pieces, a megabyte on stderr.
process.stdout.write('Unable to find libamd_smi.so library\n');
process.stdout.write(Buffer.from([0xc3]));
setImmediate(() => {
  process.stdout.write(Buffer.from([0xa9, 0x0a]));
  process.stderr.write(`${'x'.repeat(1023)}\n`.repeat(1024), () => process.exit(0));
});
