import { expect, test } from 'vitest';
import { sidecarEnvironment } from '../../bridge/src/environment.ts';

test('what drivers need is passed on', () => {
  const needed = { PATH: '/bin', HOME: '/home/me', LD_LIBRARY_PATH: '/lib', ROCM_PATH: '/rocm' };
  expect(sidecarEnvironment(needed)).toEqual(needed);
});

test("the app's secrets and what changes which code runs stay out", () => {
  expect(
    sidecarEnvironment({
      API_KEY: 'secret',
      ELECTRON_RUN_AS_NODE: '1',
      LD_PRELOAD: '/evil.so',
      NODE_OPTIONS: '--inspect',
      PYTHONPATH: '/evil',
      PYTHONHOME: '/evil',
    }),
  ).toEqual({});
});

test('Windows gets what it needs to start a program, and to find NVML', () => {
  const needed = {
    SYSTEMROOT: 'C:\\Windows',
    WINDIR: 'C:\\Windows',
    PROGRAMFILES: 'C:\\Program Files',
    TEMP: 'C:\\Temp',
    PATH: 'C:\\Windows\\System32',
  };
  expect(sidecarEnvironment(needed)).toEqual(needed);
});

test('Windows spells its variables in any case', () => {
  expect(sidecarEnvironment({ SystemRoot: 'C:\\Windows', HOME: undefined })).toEqual({
    SystemRoot: 'C:\\Windows',
  });
});
