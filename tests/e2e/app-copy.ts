import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const SHIM = join(REPOSITORY, 'electron-shim');

interface Electron {
  executable: string;
  args: string[];
}

/** What is different in a copy of the app. */
export interface Changes {
  /** What runs in place of the sidecar. */
  sidecar?: SidecarCommand | undefined;
  /** The HTML that is shown in place of the page. */
  page?: string | undefined;
  /** The code that runs in place of the preload. */
  preload?: string | undefined;
}

/** Returns how to start a copy of the app, which lives as long as the test. */
export function electronWith({ sidecar, page, preload }: Changes, electron: Electron): Electron {
  // Links to a file work within one file system only, hence in the repository.
  const folder = temporaryFolder(dirname(dirname(electron.executable)));
  const shim = join(folder, 'electron-shim');
  cpSync(join(SHIM, 'dist'), join(shim, 'dist'), { recursive: true });
  cpSync(join(SHIM, 'package.json'), join(shim, 'package.json'));
  if (page !== undefined) writeFileSync(join(shim, 'dist', 'renderer', 'index.html'), page);
  if (preload !== undefined) writeFileSync(join(shim, 'dist', 'preload.cjs'), preload);
  const venv = join(folder, '.venv');
  if (sidecar) writePython(join(venv, 'bin'), sidecar);
  else symlinkSync(join(REPOSITORY, '.venv'), venv);
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

/** The app starts the Python of the `.venv` beside it: this one is the sidecar itself. */
function writePython(folder: string, { command, args = [] }: SidecarCommand): void {
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
