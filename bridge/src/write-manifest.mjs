/** Writes the manifest of a bundled sidecar; `manifest.ts` checks a bundle against it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderContents } from './folder-contents.mjs';

export const MANIFEST = 'manifest.json';

/**
 * Writes the manifest into the folder of a bundle, in place of an earlier one.
 * @param {string} folder
 * @returns {string} SHA-256 of the manifest.
 * @throws {Error} that names what the folder must not hold.
 */
export function writeManifest(folder) {
  const { files, links } = folderContents(folder);
  const listed = files.filter((name) => name !== MANIFEST).sort();
  const lists = {
    files: Object.fromEntries(listed.map((name) => [name, sha256Of(folder, name)])),
    links: Object.fromEntries([...links].sort()),
  };
  const manifest = `${JSON.stringify(lists, null, 2)}\n`;
  writeFileSync(join(folder, MANIFEST), manifest);
  return sha256(manifest);
}

/**
 * @param {string} folder
 * @param {string} name
 */
function sha256Of(folder, name) {
  return sha256(readFileSync(join(folder, name)));
}

/** @param {string | Buffer} content */
function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
