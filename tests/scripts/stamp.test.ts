import { cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  nodeModulesFingerprint,
  packagesFingerprint,
  readStamp,
  venvFingerprint,
} from '../../scripts/stamp.mjs';
import { temporaryFolder } from './temporary-folder.ts';

describe('venvFingerprint', () => {
  it('stays the same while nothing changes', () => {
    const { venv } = fakeVenv();
    expect(venvFingerprint(venv)).toBe(venvFingerprint(venv));
  });

  it('is null where there is no environment', () => {
    expect(venvFingerprint(temporaryFolder())).toBeNull();
  });

  it('is null when the interpreter is gone', () => {
    const { venv, interpreter } = fakeVenv();
    rmSync(interpreter);
    expect(venvFingerprint(venv)).toBeNull();
  });

  it('changes when the interpreter is upgraded in place', () => {
    const { venv, interpreter } = fakeVenv();
    const before = venvFingerprint(venv);
    utimesSync(interpreter, 1, 1);
    expect(venvFingerprint(venv)).not.toBe(before);
  });

  it('changes when the folder is moved, which breaks an environment', () => {
    const { venv } = fakeVenv();
    cpSync(venv, `${venv} moved`, { recursive: true });
    expect(venvFingerprint(`${venv} moved`)).not.toBe(venvFingerprint(venv));
  });

  it('understands a configuration with Windows line ends', () => {
    const { venv, interpreter } = fakeVenv();
    writeFileSync(join(venv, 'pyvenv.cfg'), `version = 3.11.7\r\nexecutable = ${interpreter}\r\n`);
    expect(venvFingerprint(venv)).not.toBeNull();
  });
});

describe('packagesFingerprint', () => {
  it('differs between the levels', () => {
    const root = fakeProject();
    expect(packagesFingerprint(root, 'runtime')).not.toBe(packagesFingerprint(root, 'dev'));
  });

  it('changes with the requirements', () => {
    const root = fakeProject();
    const before = packagesFingerprint(root, 'runtime');
    writeFileSync(join(root, 'requirements', 'runtime.txt'), 'anyio==5\n');
    expect(packagesFingerprint(root, 'runtime')).not.toBe(before);
  });

  it.each([
    ['[project]\nname = "b"\n[tool.ruff]\nline-length = 100\n', true],
    ['[project]\nname = "a"\n[project.scripts]\na = "a:main"\n', true],
    ['[project]\nname = "a"\n[tool.ruff]\nline-length = 80\n', false],
  ])('changes with what is installed only: %j', (pyproject, changes) => {
    const root = fakeProject();
    const before = packagesFingerprint(root, 'dev');
    writeFileSync(join(root, 'pyproject.toml'), pyproject);
    expect(packagesFingerprint(root, 'dev') !== before).toBe(changes);
  });
});

it('nodeModulesFingerprint changes with the lock', () => {
  const root = fakeProject();
  const before = nodeModulesFingerprint(root);
  writeFileSync(join(root, 'package-lock.json'), '{"lockfileVersion":3}');
  expect(nodeModulesFingerprint(root)).not.toBe(before);
});

it('readStamp finds no lines where there is no stamp', () => {
  expect(readStamp(join(temporaryFolder(), 'none'))).toEqual([]);
});

function fakeVenv(): { venv: string; interpreter: string } {
  const folder = temporaryFolder();
  const interpreter = join(folder, 'python3.11');
  const venv = join(folder, '.venv');
  mkdirSync(venv);
  writeFileSync(interpreter, '');
  writeFileSync(join(venv, 'pyvenv.cfg'), `version = 3.11.7\nexecutable = ${interpreter}\n`);
  return { venv, interpreter };
}

function fakeProject(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'requirements'));
  writeFileSync(
    join(root, 'pyproject.toml'),
    '[project]\nname = "a"\n[tool.ruff]\nline-length = 100\n',
  );
  writeFileSync(join(root, 'requirements', 'runtime.txt'), 'anyio==4\n');
  writeFileSync(join(root, 'requirements', 'dev.txt'), 'anyio==4\npytest==8\n');
  writeFileSync(join(root, 'package-lock.json'), '{}');
  return root;
}
