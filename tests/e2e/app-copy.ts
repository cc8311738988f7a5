import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';

const SHIM = fileURLToPath(new URL('../../electron-shim', import.meta.url));

interface Electron {
  executable: string;
  args: string[];
}

/**
 * Returns how to start the app with another sidecar: a copy of it, beside a `.venv` in which that
 * sidecar is the Python. It lives as long as the test.
 */
export function electronWithSidecar(electron: Electron, sidecar: SidecarCommand): Electron {
  // Links to a file work within one file system only, hence in the repository.
  const folder = temporaryFolder(dirname(dirname(electron.executable)));
  const shim = join(folder, 'electron-shim');
  cpSync(join(SHIM, 'dist'), join(shim, 'dist'), { recursive: true });
  cpSync(join(SHIM, 'package.json'), join(shim, 'package.json'));
  writePython(join(folder, '.venv', 'bin'), sidecar);
  if (electron.args.includes(SHIM)) {
    return { ...electron, args: electron.args.map((arg) => (arg === SHIM ? shim : arg)) };
  }
  return { ...electron, executable: runtimeFor(shim, folder, electron.executable) };
}

/** A runtime that takes its app from its own folder only is copied: by links, which take no room. */
function runtimeFor(shim: string, folder: string, executable: string): string {
  const runtime = join(folder, 'runtime');
  execFileSync('cp', ['-al', dirname(executable), runtime]);
  const app = join(runtime, 'resources', 'app');
  rmSync(app);
  symlinkSync(shim, app);
  return join(runtime, basename(executable));
}

function writePython(folder: string, { command, args }: SidecarCommand): void {
  mkdirSync(folder, { recursive: true });
  const words = [command, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  writeFileSync(join(folder, 'python'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, {
    mode: 0o755,
  });
}

function temporaryFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, 'app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  return folder;
}
