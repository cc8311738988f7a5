// Builds the package into dist/: each entry point as an ES module and as CommonJS, each with its
// types in one file, so that a consumer needs neither a bundler nor TypeScript's newer settings.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateDtsBundle } from 'dts-bundle-generator';
import { build } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
const ENTRIES = ['index', 'preload', 'contract', 'forge'];

/** @param {string} name */
const source = (name) => join(root, 'src', `${name}.ts`);

await rm(dist, { recursive: true, force: true });
// One at a time: an entry must stand alone, the preload above all, which may require no other file.
for (const name of ENTRIES) {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node18',
      outDir: dist,
      emptyOutDir: false,
      rollupOptions: {
        input: source(name),
        external: ['electron'],
        output: [
          { format: 'es', entryFileNames: '[name].mjs' },
          { format: 'cjs', entryFileNames: '[name].cjs' },
        ],
      },
    },
  });
}
const types = generateDtsBundle(
  ENTRIES.map((name) => ({ filePath: source(name), output: { noBanner: true } })),
  { preferredConfigPath: join(root, 'tsconfig.build.json') },
);
await Promise.all(
  ENTRIES.flatMap((name, index) =>
    ['mts', 'cts'].map((kind) => writeFile(join(dist, `${name}.d.${kind}`), types[index] ?? '')),
  ),
);
