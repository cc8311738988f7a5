import { expect, test } from 'vitest';
import { packagedSidecar } from '../../bridge/src/packaged-sidecar.ts';

test.each([
  ['win32', 'C:\\App\\resources', 'C:\\App\\resources\\sidecar\\gpu-metrics-sidecar.exe'],
  ['linux', '/opt/app/resources', '/opt/app/resources/sidecar/gpu-metrics-sidecar'],
  [
    'darwin',
    '/Applications/App.app/Contents/Resources',
    '/Applications/App.app/Contents/Resources/sidecar/gpu-metrics-sidecar',
  ],
] as const)(
  'on %s the sidecar lies in the resources folder',
  (platform, resourcesPath, command) => {
    expect(packagedSidecar(null, { platform, resourcesPath })).toMatchObject({ command });
  },
);

test('outside of Electron there is none', () => {
  expect(() => packagedSidecar()).toThrow('outside of Electron');
});
