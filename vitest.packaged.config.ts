import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/packaged/**/*.test.ts'],
    globalSetup: 'tests/e2e/build-fake-driver.ts',
    // Bounds a test that would wait for ever; one takes some ten seconds.
    testTimeout: 120_000,
  },
});
