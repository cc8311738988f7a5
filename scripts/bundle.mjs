/**
 * `npm run bundle` makes dist/sidecar: the sidecar as one folder that needs no Python, with a
 * manifest of its files' hashes and its links, which the bridge checks before it starts the program.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManifest } from '../bridge/src/write-manifest.mjs';
import { main, root } from './run.mjs';
import { ensurePython } from './setup.mjs';
import { exclusively, step } from './step.mjs';

await main(async () => {
  const python = await ensurePython('dev');
  const bundle = join(root, 'dist', 'sidecar');
  await exclusively(() => build(python));
  console.log(`dist/sidecar: manifest ${writeManifest(bundle)}`);
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
