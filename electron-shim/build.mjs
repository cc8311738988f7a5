// Builds the shim into dist/, or into the folder that --out names: main.cjs, preload.cjs and
// renderer/. The bridge is bundled into the first two, so that the app folder needs no node_modules
// at run time. With --manifest, the SHA-256 of a sidecar's manifest, the app starts the sidecar in
// its resources instead of the repository's.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import tailwindcss from '@tailwindcss/vite';
import { build, defaultServerConditions } from 'vite';
import { rendererPlugins } from './renderer-plugins.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const { values: options } = parseArgs({
  options: { out: { type: 'string' }, manifest: { type: 'string' } },
});
const dist = options.out ?? join(root, 'dist');
/** The bridge as it is in this repository, rather than its built package. */
const resolve = { conditions: ['gpu-metrics-source', ...defaultServerConditions] };

// Vite takes another mode from the environment, and React's development build is twice as large.
process.env['NODE_ENV'] = 'production';

await rm(dist, { recursive: true, force: true });
await buildForNode('main');
// A sandboxed preload must be one CommonJS file that requires nothing but electron.
await buildForNode('preload');
await buildRenderer();

/** @param {'main' | 'preload'} name */
async function buildForNode(name) {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    ssr: { noExternal: true, resolve },
    define: {
      SIDECAR_MANIFEST_SHA256: options.manifest ? JSON.stringify(options.manifest) : 'undefined',
    },
    build: {
      ssr: join(root, 'src', `${name}.ts`),
      target: 'node18',
      outDir: dist,
      emptyOutDir: false,
      rollupOptions: {
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
}

async function buildRenderer() {
  await build({
    configFile: false,
    root: join(root, 'src', 'renderer'),
    logLevel: 'warn',
    plugins: [rendererPlugins(), tailwindcss()],
    // The page is opened from file://, where an absolute path is a path on the disk.
    base: './',
    build: {
      target: 'chrome114',
      outDir: join(dist, 'renderer'),
      emptyOutDir: false,
      // Its polyfill fetches, which the page's Content-Security-Policy forbids.
      modulePreload: false,
    },
  });
}
