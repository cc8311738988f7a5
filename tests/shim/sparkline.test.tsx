// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { Sparkline } from '../../electron-shim/src/renderer/gpu/sparkline.tsx';
import { render } from './render.tsx';

async function lineOf(values: (number | null)[]): Promise<string | null | undefined> {
  const { page } = await render(<Sparkline values={values} />);
  return page.querySelectorAll('path')[1]?.getAttribute('d');
}

test('a gap in the values is a gap in the line', async () => {
  const line = await lineOf([0, 50, null, null, 50, 100]);
  expect(line?.match(/M/g)).toHaveLength(2);
});

test('the newest value is at the right end, however few there are', async () => {
  expect(await lineOf([0, 0])).toMatch(/L240 31$/);
});

test('without values there is no line', async () => {
  expect(await lineOf([null, null])).toBe('');
});
