/**
 * `npm run package` makes dist/app: the demo app as users would get it. Electron's packager puts its
 * code into an asar archive and its bundled sidecar beside it; its fuses are set as Electron Forge's
 * template sets them.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { electronForPackager } from './electron.mjs';
import { main, root } from './run.mjs';
import { ensureNodeModules, ensurePython } from './setup.mjs';
import { step } from './step.mjs';

const dist = join(root, 'dist');
const app = join(dist, 'app');
const bundle = join(dist, 'sidecar');
const shim = join(root, 'electron-shim');
const NAME = 'gpu-metrics-shim';
const EXTENSIONS = new Map([
  ['darwin', '.app'],
  ['win32', '.exe'],
]);
/** What is started, in dist/app. */
const PROGRAM = NAME + (EXTENSIONS.get(process.platform) ?? '');

await main(async () => {
  const python = await ensurePython('dev');
  await ensureNodeModules();
  await step(process.execPath, ['scripts/bundle.mjs']);
  const draft = join(dist, 'app-draft');
  try {
    await buildApp(draft);
    await packageApp(draft, python);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  await setFuses(join(app, PROGRAM));
  console.log(`dist/app: start it by dist/app/${PROGRAM}`);
  return { code: 0, signal: null };
});

/** @param {string} folder */
async function buildApp(folder) {
  mkdirSync(folder, { recursive: true });
  /** @type {unknown} */
  const description = JSON.parse(readFileSync(join(shim, 'package.json'), 'utf8'));
  const { version, main: entry } = /** @type {Record<string, string>} */ (description);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: NAME, version, main: entry }));
  const build = [join(shim, 'build.mjs'), '--out', join(folder, 'dist')];
  await step(process.execPath, [...build, '--manifest', manifestSha256()]);
}

/** With it in the archive, a sidecar that was exchanged is not started. */
function manifestSha256() {
  const manifest = readFileSync(join(bundle, 'manifest.json'));
  return createHash('sha256').update(manifest).digest('hex');
}

/**
 * @param {string} folder
 * @param {string} python
 */
async function packageApp(folder, python) {
  const { default: packager } = await import('@electron/packager');
  const [made = ''] = await packager({
    dir: folder,
    name: NAME,
    out: join(dist, 'app-packaged'),
    overwrite: true,
    quiet: true,
    asar: true,
    // Vite has bundled what is needed.
    prune: false,
    extraResource: [bundle],
    ...(await electronForPackager(python)),
  });
  rmSync(app, { recursive: true, force: true });
  renameSync(made, app);
  rmSync(join(dist, 'app-packaged'), { recursive: true });
}

/** @param {string} program */
async function setFuses(program) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(program, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
  });
}
