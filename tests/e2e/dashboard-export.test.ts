import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { launchShim, SOON } from './shim.ts';

test('what is shown can be copied as JSON and saved as CSV, without identifiers', async () => {
  const driver = new FakeDriver('devices 1', '0 name NVIDIA "A"', '0 utilization 41');
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('utilization'), SOON).toEqual(['41 %']);
  await shim.page.click('[data-dialog=export]');

  await shim.page.click('text=Copy');
  await expect.poll(() => shim.texts('dialog [role=status]'), SOON).toEqual(['Copied']);
  const copied = await shim.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(JSON.parse(copied)).toEqual([
    expect.objectContaining({ gpuId: 'GPU-0', name: 'NVIDIA "A"', utilization: 41 }),
  ]);
  // The fake driver's UUIDs and PCI addresses.
  expect(copied).not.toMatch(/fa4e|00000000:01/i);

  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const saved = shim.app.evaluate(
    ({ session }, path) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(`${path}/${item.getFilename()}`);
          item.once('done', () => resolve(item.getFilename()));
        });
      }),
    folder,
  );
  await shim.page.click('dialog >> text=CSV');
  await shim.page.click('dialog >> text=Save');
  expect(await saved).toBe('gpu-metrics.csv');
  const [head, row] = readFileSync(join(folder, 'gpu-metrics.csv'), 'utf8').split('\r\n');
  expect(head).toMatch(/^time,gpuId,name,/);
  expect(row).toMatch(/,GPU-0,"NVIDIA ""A""",nvidia,ok,41,/);
});
