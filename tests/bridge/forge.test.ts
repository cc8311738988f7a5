import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { signApp } from '@electron/osx-sign';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { sidecarManifestSha256, withSidecar } from '../../bridge/src/forge.ts';
import { checkManifest } from '../../bridge/src/manifest.ts';
import { writeManifest } from '../../bridge/src/write-manifest.mjs';

/** Signs in place, as the real one does, and writes down what it signed: its last argument. */
const CODESIGN = `#!/bin/sh
for file; do :; done
case " $* " in *' --sign '*) ;; *) exit 0;; esac
echo "$file" >> "$SIGNED_FILES"
if [ -f "$file" ]; then echo signed >> "$file"; fi
`;

let app: string;
let folder: string;

beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'forge-'));
  folder = join(app, 'sidecar');
  mkdirSync(join(folder, 'Python.framework', 'Versions', '3.11'), { recursive: true });
  symlinkSync('3.11', join(folder, 'Python.framework', 'Versions', 'Current'));
  for (const program of ['gpu-metrics-sidecar', 'Python.framework/Versions/3.11/Python']) {
    writeFileSync(join(folder, program), '\0program');
  }
  writeManifest(folder);
});

afterEach(() => rmSync(app, { recursive: true }));

it('adds the folder to the resources of the app, and changes nothing else', () => {
  expect(withSidecar(folder, {})).toEqual({ extraResource: [folder] });
  const config = { asar: true, extraResource: 'model' };
  expect(withSidecar(folder, config)).toEqual({ asar: true, extraResource: ['model', folder] });
});

it('tells the hash of the manifest where signing does not change it', async () => {
  const manifest = await readFile(join(folder, 'manifest.json'));
  const hash = createHash('sha256').update(manifest).digest('hex');
  expect(sidecarManifestSha256(folder, 'linux')).toBe(hash);
  expect(sidecarManifestSha256(folder, 'win32')).toBe(hash);
  expect(sidecarManifestSha256(folder, 'darwin')).toBeNull();
});

it('says what to do when there is no bundle in the folder', () => {
  rmSync(join(folder, 'manifest.json'));
  expect(() => withSidecar(folder, {})).toThrow('make it by "npm run bundle"');
  expect(() => sidecarManifestSha256(folder)).toThrow('make it by "npm run bundle"');
});

it('wants the folder under the name that the bridge looks for', () => {
  expect(() => withSidecar(app, {})).toThrow('must be called "sidecar"');
});

it.skipIf(process.platform === 'win32')(
  'fits the programs that were signed with the app',
  async () => {
    const bundle = join(app, 'Demo.app');
    const packaged = join(bundle, 'Contents', 'Resources', 'sidecar');
    mkdirSync(join(bundle, 'Contents', 'Frameworks'), { recursive: true });
    await cp(folder, packaged, { recursive: true, verbatimSymlinks: true });
    const unsigned = await readFile(join(packaged, 'manifest.json'), 'utf8');
    const signedFiles = fakeCodesign();
    const asked: string[] = [];

    const { osxSign } = withSidecar(folder, {
      osxSign: { optionsForFile: (file: string) => (asked.push(file), { hardenedRuntime: false }) },
    });
    await signApp({
      ...osxSign,
      app: bundle,
      identity: 'somebody',
      identityValidation: false,
      platform: 'darwin',
      preAutoEntitlements: false,
      preEmbedProvisioningProfile: false,
    });

    const signed = (await readFile(signedFiles, 'utf8')).trim().split('\n');
    expect(signed).toContain(join(packaged, 'gpu-metrics-sidecar'));
    expect(signed.at(-1)).toBe(bundle);
    expect(asked).toEqual(signed);
    expect(await readFile(join(packaged, 'manifest.json'), 'utf8')).not.toBe(unsigned);
    await expect(checkManifest(packaged)).resolves.toBeUndefined();
  },
);

it('has Electron’s tool sign by its defaults when the app says no more than true', () => {
  const { osxSign } = withSidecar<{
    osxSign: true | { optionsForFile?: (file: string) => object };
  }>(folder, { osxSign: true });
  expect(osxSign === true ? true : osxSign.optionsForFile?.(join(app, 'Demo.app'))).toEqual({});
});

/** Puts a `codesign` first on the PATH; returns the file in which it writes what it signed. */
function fakeCodesign(): string {
  const programs = join(app, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'codesign'), CODESIGN);
  chmodSync(join(programs, 'codesign'), 0o755);
  const { PATH = '' } = process.env;
  const signedFiles = join(app, 'signed');
  Object.assign(process.env, { PATH: `${programs}${delimiter}${PATH}`, SIGNED_FILES: signedFiles });
  onTestFinished(() => {
    process.env['PATH'] = PATH;
    delete process.env['SIGNED_FILES'];
  });
  return signedFiles;
}
