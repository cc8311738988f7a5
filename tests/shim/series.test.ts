import { expect, test } from 'vitest';
import { extentOf, scaleTop } from '../../electron-shim/src/renderer/charts/series.ts';

test('a scale ends at a round number above all that it shows', () => {
  expect([110, 297, 450, 970].map(scaleTop)).toEqual([120, 400, 500, 1200]);
});

test('a scale of nothing but zeros has a top all the same', () => {
  expect(scaleTop(0)).toBe(1.2);
});

test('what a line comes to leaves out what is unknown', () => {
  expect(extentOf([null, 7, 3, null, 5])).toEqual({ min: 3, max: 7 });
  expect(extentOf([null, null])).toBeNull();
});
