import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { launchShim, SOON } from './shim.ts';

const LIMIT_KB = 130;

test('the GPU view needs little script before it is seen, and no chart', async () => {
  const shim = await launchShim({ args: ['--simulate', '2'] });
  await shim.page.waitForLoadState();
  const scripts = new Set<string>();
  shim.page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.add(fileURLToPath(request.url()));
  });
  await shim.page.reload();
  await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(2);
  expect(scripts.size).toBeGreaterThan(1);
  expect([...scripts].filter((file) => file.includes('plot'))).toEqual([]);
  const kb =
    [...scripts].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1000;
  console.log(`first paint of the GPU view: ${kb.toFixed(1)} KB of gzipped script`);
  expect(kb).toBeLessThanOrEqual(LIMIT_KB);
});
