// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import {
  DEFAULT_THRESHOLDS,
  readPreferences,
} from '../../electron-shim/src/renderer/settings/preferences.tsx';

const KEY = 'gpu-dashboard';

beforeEach(() => localStorage.clear());

test('without anything kept, the defaults hold', () => {
  expect(readPreferences()).toEqual({
    view: 'gpu',
    language: 'en',
    theme: 'system',
    intervalMs: 2000,
    windowMinutes: 5,
    thresholds: DEFAULT_THRESHOLDS,
  });
});

test('what was chosen is kept', () => {
  const chosen = {
    view: 'llm',
    language: 'pt-BR',
    theme: 'dark',
    intervalMs: 500,
    windowMinutes: 60,
    thresholds: { utilizationPercent: 80, memoryPercent: 95, temperatureC: 70 },
  };
  localStorage.setItem(KEY, JSON.stringify(chosen));
  expect(readPreferences()).toEqual(chosen);
});

test.each([
  ['nothing that is JSON', '{'],
  ['null', 'null'],
  ['a number', '7'],
  ['what was never offered', '{"view":"cpu","language":"toString","intervalMs":1,"theme":null}'],
  ['thresholds out of range', '{"thresholds":{"temperatureC":500,"memoryPercent":"90"}}'],
])('%s falls back to the defaults', (_what, kept) => {
  localStorage.setItem(KEY, kept);
  expect(readPreferences()).toMatchObject({
    view: 'gpu',
    language: 'en',
    theme: 'system',
    intervalMs: 2000,
    thresholds: DEFAULT_THRESHOLDS,
  });
});
