import { defineConfig } from 'vitest/config';
import { rendererPlugins } from './electron-shim/renderer-plugins.mjs';

export default defineConfig({
  plugins: [rendererPlugins()],
  test: {
    include: ['tests/{bridge,contract,docs,package,scripts,shim}/**/*.test.{ts,tsx}'],
    // Bounds a test that would wait for ever; the slowest takes about two seconds.
    testTimeout: 20_000,
  },
});
