// Ends, and leaves a process behind that holds its pipes; tells that one's pid.
import { spawn } from 'node:child_process';

const heir = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
  stdio: 'inherit',
  detached: true,
});
heir.unref();
process.stdout.write(`${heir.pid}\n`, () => process.exit(0));
