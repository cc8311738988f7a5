import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BridgeError } from './errors.ts';
import { folderContents } from './folder-contents.mjs';
import { MANIFEST } from './write-manifest.mjs';

/** A bundle is some 20 MB; so many files are read at once, to leave the app some file handles. */
const READ_AT_ONCE = 8;

/**
 * Checks a bundled sidecar against the manifest of hashes and links that it came with.
 *
 * An update that was cut short, an antivirus program's quarantine, or somebody else's file then
 * shows before the program runs. Only with `digest`, which belongs into the app's signed or
 * integrity-checked part, does it also tell a bundle that was exchanged together with its manifest.
 *
 * @param folder Folder of the bundle.
 * @param digest SHA-256 of the manifest itself, as `npm run bundle` prints it.
 * @throws BridgeError that names what is missing, changed or extra.
 */
export async function checkManifest(folder: string, digest: string | null = null): Promise<void> {
  try {
    await check(folder, digest);
  } catch (cause) {
    const { message } = cause as Error;
    throw new BridgeError('damaged', `the bundled sidecar is damaged: ${message}`, { cause });
  }
}

async function check(folder: string, digest: string | null): Promise<void> {
  const text = await readFile(path.join(folder, MANIFEST));
  if (digest !== null && createHash('sha256').update(text).digest('hex') !== digest) {
    throw new Error(`${MANIFEST} is not the one that this app was built with`);
  }
  const manifest: unknown = JSON.parse(text.toString('utf8'));
  const expected = { files: listIn(manifest, 'files'), links: listIn(manifest, 'links') };
  const found = folderContents(folder);
  const files = found.files.filter((name) => name !== MANIFEST);
  const names = new Set([...files, ...found.links.keys()]);
  const expectedNames = new Set([...expected.files.keys(), ...expected.links.keys()]);
  const missing = [...expectedNames].filter((name) => !names.has(name));
  const extra = [...names].filter((name) => !expectedNames.has(name));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  if (extra.length > 0) throw new Error(`not part of it: ${extra.join(', ')}`);
  for (const [name, target] of found.links) {
    if (target !== expected.links.get(name)) throw new Error(`changed: ${name}`);
  }
  while (files.length > 0) {
    await Promise.all(
      files.splice(0, READ_AT_ONCE).map(async (name) => {
        const hash = await sha256(path.join(folder, name));
        if (hash !== expected.files.get(name)) throw new Error(`changed: ${name}`);
      }),
    );
  }
}

/** @returns What the manifest says of each name: a file's hash, or where a link leads. */
function listIn(manifest: unknown, kind: 'files' | 'links'): Map<string, string> {
  const list = isRecord(manifest) ? manifest[kind] : undefined;
  if (!isRecord(list)) throw new Error(`${MANIFEST} has no list of ${kind}`);
  return new Map(Object.entries(list).map(([name, value]) => [name, String(value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
