// Says that it is there, and then neither the end of stdin nor a polite signal ends it.
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 1_000_000);
console.log('"deaf"');
