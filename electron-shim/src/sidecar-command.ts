import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SidecarCommand } from 'gpu-metrics-bridge';

/** Returns how to start the sidecar from the repository's own Python. */
export function sidecarCommand(repositoryRoot: string): SidecarCommand {
  const python = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return {
    command: join(repositoryRoot, '.venv', ...python),
    // Isolated: neither PYTHON* variables nor modules in the folder it is started from count.
    args: ['-I', '-m', 'sidecar', ...simulateArgs()],
  };
}

/** Hands `--simulate N` on to the sidecar, which also says what is wrong with N. */
function simulateArgs(): string[] {
  // Electron's and Chromium's own switches are among the arguments, hence not strict.
  const { values } = parseArgs({
    args: process.argv.slice(1),
    options: { simulate: { type: 'string' } },
    strict: false,
  });
  return values.simulate === undefined ? [] : ['--simulate', String(values.simulate)];
}
