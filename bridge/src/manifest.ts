import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BridgeError } from './errors.ts';

const MANIFEST = 'manifest.json';

/** A bundle is some 20 MB; so many files are read at once, to leave the app some file handles. */
const READ_AT_ONCE = 8;

/**
 * Checks a bundled sidecar against the manifest of hashes that it came with.
 *
 * An update that was cut short, an antivirus program's quarantine, or somebody else's file then
 * shows before the program runs. Only with `digest`, which belongs into the app's signed or
 * integrity-checked part, does it also tell a bundle that was exchanged together with its manifest.
 *
 * @param folder Folder of the bundle.
 * @param digest SHA-256 of the manifest itself, as `npm run bundle` prints it.
 * @throws BridgeError that names what is missing, changed or extra.
 */
export async function checkManifest(folder: string, digest?: string): Promise<void> {
  try {
    await check(folder, digest);
  } catch (cause) {
    const { message } = cause as Error;
    throw new BridgeError('damaged', `the bundled sidecar is damaged: ${message}`, { cause });
  }
}

async function check(folder: string, digest: string | undefined): Promise<void> {
  const text = await readFile(path.join(folder, MANIFEST));
  if (digest !== undefined && createHash('sha256').update(text).digest('hex') !== digest) {
    throw new Error(`${MANIFEST} is not the one that this app was built with`);
  }
  const expected = hashesIn(text.toString('utf8'));
  const found = (await filesIn(folder)).filter((name) => name !== MANIFEST);
  const missing = [...expected.keys()].filter((name) => !found.includes(name));
  const extra = found.filter((name) => !expected.has(name));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  if (extra.length > 0) throw new Error(`not part of it: ${extra.join(', ')}`);
  while (found.length > 0) {
    await Promise.all(
      found.splice(0, READ_AT_ONCE).map(async (name) => {
        const hash = await sha256(path.join(folder, name));
        if (hash !== expected.get(name)) throw new Error(`changed: ${name}`);
      }),
    );
  }
}

/** Paths with slashes, in all folders below. Not readdir's `recursive`, which Electron 25 lacks. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map(async (entry) =>
    entry.isDirectory()
      ? (await filesIn(path.join(folder, entry.name))).map((name) => `${entry.name}/${name}`)
      : [entry.name],
  );
  return (await Promise.all(lists)).flat();
}

function hashesIn(json: string): Map<string, string> {
  const manifest: unknown = JSON.parse(json);
  const files = isRecord(manifest) ? manifest['files'] : undefined;
  if (!isRecord(files)) throw new Error(`${MANIFEST} has no list of files`);
  return new Map(Object.entries(files).map(([name, hash]) => [name, String(hash)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
