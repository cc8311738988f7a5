import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { checkManifest } from '../../bridge/src/manifest.ts';
import { writeManifest } from '../../bridge/src/write-manifest.mjs';

let folder: string;
let digest: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  mkdirSync(join(folder, 'lib', 'inner'), { recursive: true });
  write('program', 'starts');
  write('lib/inner/module', 'helps');
  // As a framework has them on macOS.
  symlinkSync('inner', join(folder, 'lib', 'current'));
  symlinkSync('current/module', join(folder, 'lib', 'module'));
  digest = writeManifest(folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

it('accepts a bundle as it was built', async () => {
  await expect(checkManifest(folder, digest)).resolves.toBeUndefined();
});

it('names a file that was changed', async () => {
  write('lib/inner/module', 'harms');
  await expect(checkManifest(folder)).rejects.toThrow('changed: lib/inner/module');
});

it('names a file that is missing', async () => {
  rmSync(join(folder, 'program'));
  await expect(checkManifest(folder)).rejects.toThrow('missing: program');
});

it('names a file that was added, since Python or the linker might load it', async () => {
  write('lib/stowaway', 'harms');
  await expect(checkManifest(folder)).rejects.toThrow('not part of it: lib/stowaway');
});

it('accepts a bundle that is reached by a link', async () => {
  const link = `${folder}-link`;
  symlinkSync(folder, link);
  onTestFinished(() => rmSync(link));
  await expect(checkManifest(link, digest)).resolves.toBeUndefined();
});

it.each([
  ['leads elsewhere in the folder', '../program', 'changed: lib/module'],
  ['leads out of the folder', '../..', 'a link out of the folder: lib/module'],
  ['leads into the folder by an absolute path', 'absolute', 'a link out of the folder: lib/module'],
  ['leads nowhere', 'gone', 'a link that leads nowhere: lib/module'],
  ['leads to itself', 'module', 'a link that leads nowhere: lib/module'],
])('names a link that %s', async (_, target, message) => {
  replaceByLink('lib/module', target === 'absolute' ? join(folder, 'program') : target);
  await expect(checkManifest(folder)).rejects.toThrow(message);
});

it('names a file that a link has replaced, and a link that a file has replaced', async () => {
  replaceByLink('lib/inner/module', '../../program');
  await expect(checkManifest(folder)).rejects.toThrow('changed: lib/inner/module');
  rmSync(join(folder, 'lib', 'inner', 'module'));
  write('lib/inner/module', 'helps');
  rmSync(join(folder, 'lib', 'module'));
  write('lib/module', 'helps');
  await expect(checkManifest(folder)).rejects.toThrow('changed: lib/module');
});

it('names a link that was added or is missing', async () => {
  replaceByLink('lib/stowaway', 'inner');
  await expect(checkManifest(folder)).rejects.toThrow('not part of it: lib/stowaway');
  rmSync(join(folder, 'lib', 'stowaway'));
  rmSync(join(folder, 'lib', 'current'));
  symlinkSync('inner/module', join(folder, 'lib', 'moved'));
  rmSync(join(folder, 'lib', 'module'));
  await expect(checkManifest(folder)).rejects.toThrow('missing: lib/current, lib/module');
});

it.skipIf(process.platform === 'win32')('names what is neither file nor folder', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await expect(checkManifest(folder)).rejects.toThrow('neither a file nor a folder: pipe');
});

it('refuses a bundle that was exchanged together with its manifest', async () => {
  write('program', 'harms');
  writeManifest(folder);
  await expect(checkManifest(folder)).resolves.toBeUndefined();
  await expect(checkManifest(folder, digest)).rejects.toThrow('not the one that this app was');
});

it('refuses a bundle without a manifest, or with one that lists nothing', async () => {
  write('manifest.json', '{}');
  await expect(checkManifest(folder)).rejects.toThrow('has no list of files');
  write('manifest.json', '{"files":{}}');
  await expect(checkManifest(folder)).rejects.toThrow('has no list of links');
  rmSync(join(folder, 'manifest.json'));
  await expect(checkManifest(folder)).rejects.toThrow('ENOENT');
});

it('is not made of a folder with a link that leads out of it', () => {
  replaceByLink('lib/module', '../..');
  expect(() => writeManifest(folder)).toThrow('a link out of the folder: lib/module');
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function replaceByLink(name: string, target: string): void {
  rmSync(join(folder, name), { force: true });
  symlinkSync(target, join(folder, name));
}
