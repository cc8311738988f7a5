import { expect, test } from 'vitest';
import { extentOf, scaleTop } from '../../electron-shim/src/renderer/charts/series.ts';

test('a scale ends at a round number, above the highest value or limit of all', () => {
  expect(scaleTop([{ min: 3, max: 297 }, null, { min: 0, max: 12 }], [])).toBe(400);
  expect(scaleTop([{ min: 3, max: 297 }], [450])).toBe(500);
  expect(scaleTop([{ min: 3, max: 110 }], [])).toBe(120);
});

test('a scale of nothing but zeros has a top all the same', () => {
  expect(scaleTop([{ min: 0, max: 0 }, null], [])).toBe(1.2);
});

test('what a line comes to leaves out what is unknown', () => {
  expect(extentOf([null, 7, 3, null, 5])).toEqual({ min: 3, max: 7 });
  expect(extentOf([null, null])).toBeNull();
});
