import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sidecarResource } from '../../bridge/src/forge.ts';

let app: string;
let folder: string;

beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'forge-'));
  folder = join(app, 'sidecar');
  mkdirSync(folder);
});

afterEach(() => rmSync(app, { recursive: true }));

it('tells the absolute folder, and the hash of the manifest', () => {
  writeFileSync(join(folder, 'manifest.json'), '{"files":{}}');
  const manifestSha256 = createHash('sha256').update('{"files":{}}').digest('hex');
  expect(sidecarResource(folder)).toEqual({ folder, manifestSha256 });
});

it('says what to do when there is no bundle in the folder', () => {
  expect(() => sidecarResource(folder)).toThrow('make it by "npm run bundle"');
});

it('wants the folder under the name that the bridge looks for', () => {
  expect(() => sidecarResource(app)).toThrow('must be called "sidecar"');
});
