/**
 * `npm run bundle` makes dist/sidecar: the sidecar as one folder that needs no Python, with a
 * manifest of its files' hashes, which the bridge checks before it starts the program.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { main, root } from './run.mjs';
import { ensurePython } from './setup.mjs';
import { exclusively, step } from './step.mjs';

/** Its name is the one that bridge/src/manifest.ts looks for. */
const MANIFEST = 'manifest.json';

await main(async () => {
  const python = await ensurePython('dev');
  const bundle = join(root, 'dist', 'sidecar');
  await exclusively(() => build(python));
  const files = hashes(bundle);
  const manifest = `${JSON.stringify({ files }, null, 2)}\n`;
  writeFileSync(join(bundle, MANIFEST), manifest);
  console.log(`dist/sidecar: ${Object.keys(files).length} files, manifest ${sha256(manifest)}`);
  return { code: 0, signal: null };
});

/** @param {string} python */
async function build(python) {
  // Nothing is taken over from an earlier build: what it would save are seconds.
  const work = mkdtempSync(join(tmpdir(), 'gpu-metrics-bundle-'));
  try {
    const folders = ['--distpath', join(root, 'dist'), '--workpath', work];
    const spec = join('packaging', 'sidecar.spec');
    await step(python, [
      ...['-I', '-m', 'PyInstaller', '--noconfirm', '--log-level', 'WARN'],
      ...folders,
      spec,
    ]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @returns {Record<string, string>} SHA-256 of each file, by its path in the folder with slashes.
 */
function hashes(folder) {
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
  return Object.fromEntries(
    files.map((file) => [file.replaceAll(sep, '/'), sha256(readFileSync(join(folder, file)))]),
  );
}

/** @param {string | Buffer} content */
function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
