import { expect, test } from 'vitest';
import { hostEnvironment, sidecarEnvironment } from '../../bridge/src/environment.ts';

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

test('a program that leads to another computer gets what ssh needs, and no more', () => {
  const needed = { PATH: '/bin', HOME: '/home/me', USER: 'me', SSH_AUTH_SOCK: '/run/agent' };
  const others = { API_KEY: 'secret', LD_LIBRARY_PATH: '/app/lib', LD_PRELOAD: '/evil.so' };
  expect(hostEnvironment({ ...needed, ...others })).toMatchObject(needed);
  for (const name of Object.keys(others)) expect(hostEnvironment(others)).not.toHaveProperty(name);
});

test('no program can be named that ssh would ask for a password', () => {
  const asking = {
    SSH_ASKPASS: '/usr/bin/ssh-askpass',
    DISPLAY: ':0',
    WAYLAND_DISPLAY: 'wayland-0',
  };
  expect(hostEnvironment(asking)).toEqual({
    SSH_ASKPASS: '/dev/null',
    SSH_ASKPASS_REQUIRE: 'force',
  });
});
