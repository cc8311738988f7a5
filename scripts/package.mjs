/**
 * `npm run package` makes dist/app: the demo app as users would get it. Its code is in an asar
 * archive, its sidecar is bundled, and its fuses are set as Electron Forge's template sets them.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { ensureElectron } from './electron.mjs';
import { main, Problem, root } from './run.mjs';
import { ensureNodeModules } from './setup.mjs';
import { step } from './step.mjs';

const app = join(root, 'dist', 'app');
const resources = join(app, 'resources');
const bundle = join(root, 'dist', 'sidecar');
const NAME = 'gpu-metrics-shim';

await main(async () => {
  if (process.platform === 'darwin') {
    throw new Problem(
      'The demo app is packaged on Linux and Windows; on macOS use Electron Forge.',
    );
  }
  await ensureNodeModules();
  await step(process.execPath, ['scripts/bundle.mjs']);
  const { executable } = await ensureElectron();
  const program = copyRuntime(executable);
  await addApp();
  cpSync(bundle, join(resources, 'sidecar'), { recursive: true });
  await setFuses(program);
  console.log(`dist/app: start it by dist/app/${basename(program)}`);
  return { code: 0, signal: null };
});

/**
 * @param {string} executable
 * @returns {string} The executable of the copy.
 */
function copyRuntime(executable) {
  rmSync(app, { recursive: true, force: true });
  // The runtime's own resources are a default app, or a link to the one under development.
  const ownResources = join(dirname(executable), 'resources');
  cpSync(dirname(executable), app, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => dirname(source) !== ownResources,
  });
  const program = join(app, `${NAME}${extname(executable)}`);
  renameSync(join(app, basename(executable)), program);
  return program;
}

async function addApp() {
  const { createPackage } = await import('@electron/asar');
  const shim = join(root, 'electron-shim');
  const draft = join(root, 'dist', 'app-draft');
  mkdirSync(draft, { recursive: true });
  try {
    /** @type {unknown} */
    const description = JSON.parse(readFileSync(join(shim, 'package.json'), 'utf8'));
    const { version, main: entry } = /** @type {Record<string, string>} */ (description);
    writeFileSync(
      join(draft, 'package.json'),
      JSON.stringify({ name: NAME, version, main: entry }),
    );
    const build = [join(shim, 'build.mjs'), '--out', join(draft, 'dist')];
    await step(process.execPath, [...build, '--manifest', manifestSha256()]);
    await createPackage(draft, join(resources, 'app.asar'));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** With it in the archive, a sidecar that was exchanged is not started. */
function manifestSha256() {
  const manifest = readFileSync(join(bundle, 'manifest.json'));
  return createHash('sha256').update(manifest).digest('hex');
}

/** @param {string} program */
async function setFuses(program) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(program, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
  });
}
