import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    // What it shows is tested by the others.
    exclude: process.env['PICTURES'] ? [] : ['tests/e2e/pictures.test.ts'],
    globalSetup: 'tests/e2e/build-fake-driver.ts',
    // Each test is a whole Electron of its own, and two of them wait for each other's processor.
    fileParallelism: false,
    // Bounds a test that would wait for ever; one takes a few seconds, or half a minute where each
    // language, theme and size of the page is looked at.
    testTimeout: 180_000,
  },
});
