import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkManifest } from '../../bridge/src/manifest.ts';

let folder: string;
let digest: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  mkdirSync(join(folder, 'lib', 'inner'), { recursive: true });
  write('program', 'starts');
  write('lib/inner/module', 'helps');
  const files = { program: sha256('starts'), 'lib/inner/module': sha256('helps') };
  const manifest = JSON.stringify({ files });
  write('manifest.json', manifest);
  digest = sha256(manifest);
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

it('refuses a bundle that was exchanged together with its manifest', async () => {
  write('program', 'harms');
  write('lib/inner/module', 'helps');
  const files = { program: sha256('harms'), 'lib/inner/module': sha256('helps') };
  write('manifest.json', JSON.stringify({ files }));
  await expect(checkManifest(folder)).resolves.toBeUndefined();
  await expect(checkManifest(folder, digest)).rejects.toThrow('not the one that this app was');
});

it('refuses a bundle without a manifest, or with one that lists nothing', async () => {
  write('manifest.json', '{}');
  await expect(checkManifest(folder)).rejects.toThrow('has no list of files');
  rmSync(join(folder, 'manifest.json'));
  await expect(checkManifest(folder)).rejects.toThrow('ENOENT');
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
