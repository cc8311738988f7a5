// Builds the shim into dist/: main.cjs, preload.cjs and renderer/. The bridge is bundled into the
// first two, so that the app folder needs no node_modules at run time.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { build } from 'vite';
import { rendererPlugins } from './renderer-plugins.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');

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
    ssr: { noExternal: true },
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
