// Writes without an end, as fast as it is read: to the stream that its first argument names, empty
// lines or one line, as its second one says.
const [name, what] = process.argv.slice(2);
const stream = name === 'stderr' ? process.stderr : process.stdout;
const piece = (what === 'lines' ? '\n' : 'x').repeat(1 << 16);

function flood() {
  while (stream.write(piece));
}

stream.on('drain', flood);
flood();
