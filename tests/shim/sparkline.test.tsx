// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { Sparkline } from '../../electron-shim/src/renderer/gpu/sparkline.tsx';
import { render } from './render.tsx';

async function shapeOf(values: (number | null)[]): Promise<string | null | undefined> {
  const { page } = await render(<Sparkline values={values} className="" />);
  return page.querySelector('path')?.getAttribute('d');
}

test('a gap in the values is a gap in the shape', async () => {
  const shape = await shapeOf([0, 50, null, null, 50, 100]);
  expect(shape?.match(/M/g)).toHaveLength(2);
});

test('the newest value is at the right end, however few there are', async () => {
  expect(await shapeOf([0, 0])).toMatch(/L59 100V107Z$/);
});

test('without values there is nothing', async () => {
  expect(await shapeOf([null, null])).toBe('');
});
