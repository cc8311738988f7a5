import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/trial/**/*.test.ts'],
    globalSetup: 'tests/e2e/build-fake-driver.ts',
    // Bounds a test that would wait for ever; most of the time goes into downloading Forge.
    testTimeout: 20 * 60_000,
  },
});
