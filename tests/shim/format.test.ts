import { expect, test } from 'vitest';
import { formatFor } from '../../electron-shim/src/renderer/gpu/format.ts';

test('an age is told in minutes where these are whole, and else in seconds', () => {
  const { age } = formatFor('en');
  expect([300_000, 60_000, 50_000, 0].map(age)).toEqual(['−5 min', '−1 min', '−50 s', '0']);
});
