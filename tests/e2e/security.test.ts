import { expect, test } from 'vitest';
import { launchShim } from './shim.ts';

test('the page has the two ways to ask, and nothing else of Node or Electron', async () => {
  const { page } = await launchShim({ args: ['--simulate', '2'] });
  expect(await page.evaluate('[typeof require, typeof process]')).toEqual([
    'undefined',
    'undefined',
  ]);
  expect(await page.evaluate('Object.keys(electron).sort()')).toEqual(['invoke', 'ipcRenderer']);
  expect(await page.evaluate('Object.keys(electron.ipcRenderer)')).toEqual(['invoke']);
  const metrics = [{ gpuId: 'GPU-0' }, { gpuId: 'GPU-1' }];
  expect(await page.evaluate(`electron.invoke('dashboard:get-gpu-metrics')`)).toMatchObject(
    metrics,
  );
  expect(
    await page.evaluate(`electron.ipcRenderer.invoke('dashboard:get-gpu-metrics')`),
  ).toMatchObject(metrics);
  await expect(page.evaluate(`electron.invoke('sidecar:hello')`)).rejects.toThrow('not open');
});

test('the page cannot run foreign code, open a window or leave', async () => {
  const { page } = await launchShim({ args: ['--simulate', '1'] });
  expect(
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'globalThis.foreignCodeRan = true';
      document.head.append(script);
      typeof foreignCodeRan`),
  ).toBe('undefined');
  expect(await page.evaluate(`window.open('about:blank')`)).toBeNull();
  const before = page.url();
  await page.evaluate(`location.assign('https://example.invalid/')`);
  // The page still answers, from where it was.
  expect(await page.evaluate('location.href')).toBe(before);
});
