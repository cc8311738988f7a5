// Goes on after the end of stdin, and ends with code 42 when it is told to by SIGTERM.
process.on('SIGTERM', () => process.exit(42));
setInterval(() => undefined, 1_000_000);
console.log('"polite"');
