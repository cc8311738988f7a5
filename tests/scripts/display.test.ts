import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  displayProblem,
  hasVirtualDisplay,
  librariesProblem,
  notFound,
} from '../../scripts/display.mjs';
import { temporaryFolder } from './temporary-folder.ts';

describe('displayProblem', () => {
  it.each([{ DISPLAY: ':0' }, { WAYLAND_DISPLAY: 'wayland-0' }])('accepts %o', (env) => {
    expect(displayProblem(env, 'linux')).toBeNull();
  });

  it.each([{}, { DISPLAY: '' }])('says in one line what to do with %o', (env) => {
    expect(displayProblem(env, 'linux')).toBe(
      'No display found (DISPLAY and WAYLAND_DISPLAY are not set). ' +
        'Run this on a desktop, or with: xvfb-run -a npm start',
    );
  });

  it.each(['darwin', 'win32'] as const)('asks for none of these on %s', (platform) => {
    expect(displayProblem({}, platform)).toBeNull();
  });
});

describe.skipIf(process.platform === 'win32')('hasVirtualDisplay', () => {
  it.each([
    [['xvfb-run', 'xauth'], true],
    [['xvfb-run'], false],
    [[], false],
  ])('with %j on PATH is %s', (programs, expected) => {
    const folder = temporaryFolder();
    for (const program of programs) {
      writeFileSync(join(folder, program), '');
      chmodSync(join(folder, program), 0o755);
    }
    expect(hasVirtualDisplay({ PATH: `/nowhere:${folder}` })).toBe(expected);
  });
});

describe('notFound', () => {
  it('names each missing library once', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibffmpeg.so => ./libffmpeg.so (0x00007f1a)',
      '\tlibgbm.so.1 => not found',
      '\tlibnss3.so => not found',
      '\tlibgbm.so.1 => not found',
    ].join('\n');
    expect(notFound(output)).toEqual(['libgbm.so.1', 'libnss3.so']);
  });

  it('finds none for a program without shared libraries', () => {
    expect(notFound('\tnot a dynamic executable\n')).toEqual([]);
  });
});

it('librariesProblem has nothing to say about a program that runs', () => {
  expect(librariesProblem(process.execPath)).toBeNull();
});
