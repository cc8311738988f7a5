/** Zips the Electron at hand the way Electron's own downloads are, for what expects one of these. */
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { step } from './step.mjs';

/**
 * Makes `electron-v<version>-<platform>-<arch>.zip`, the name that Electron's packager looks for, unless
 * it is there.
 * @param {string} executable Electron's executable; its folder is zipped.
 * @param {string} version Electron's version.
 * @param {string} folder Where the archive goes.
 * @param {string} python A Python, which knows how to zip on every system.
 * @returns {Promise<void>}
 * @throws {Problem} when that fails.
 */
export async function zipElectron(executable, version, folder, python) {
  const zip = join(folder, `electron-v${version}-${process.platform}-${process.arch}.zip`);
  const runtime = dirname(executable);
  const draft = `${zip}.draft`;
  if (existsSync(zip)) return;
  rmSync(draft, { recursive: true, force: true });
  try {
    cpSync(runtime, draft, {
      recursive: true,
      // In there is a default app, or a link to the one under development.
      filter: (source) => dirname(source) !== join(runtime, 'resources'),
    });
    renameSync(join(draft, basename(executable)), join(draft, `electron${extname(executable)}`));
    const parts = ['-m', 'zipfile', '-c', `${zip}.part`, ...readdirSync(draft)];
    await step(python, parts, { cwd: draft });
    renameSync(`${zip}.part`, zip);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
