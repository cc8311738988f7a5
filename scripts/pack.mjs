/** `npm run pack` builds the bridge and makes dist/gpu-metrics-bridge-….tgz, for other apps. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, root } from './run.mjs';
import { ensureNodeModules } from './setup.mjs';
import { exclusively, npm, step } from './step.mjs';

await main(async () => {
  await ensureNodeModules();
  mkdirSync(join(root, 'dist'), { recursive: true });
  await exclusively(async () => {
    // Not by npm's prepack: `.npmrc` lets no package run scripts.
    await step(process.execPath, ['bridge/build.mjs']);
    await npm('pack --silent --workspace bridge --pack-destination dist');
  });
  console.log('dist/gpu-metrics-bridge-*.tgz: put it into an app by npm install');
  return { code: 0, signal: null };
});
