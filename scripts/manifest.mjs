/** The manifest of a bundled sidecar; `bridge/src/manifest.ts` checks a bundle against it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderContents } from '../bridge/src/folder-contents.mjs';

/**
 * Writes the manifest into the folder of a bundle that has none.
 * @param {string} folder
 * @returns {Promise<string>} SHA-256 of the manifest.
 * @throws {Error} that names what the folder must not hold.
 */
export async function writeManifest(folder) {
  const { files, links } = await folderContents(folder);
  const lists = {
    files: Object.fromEntries(files.sort().map((name) => [name, sha256Of(folder, name)])),
    links: Object.fromEntries([...links].sort()),
  };
  const manifest = `${JSON.stringify(lists, null, 2)}\n`;
  writeFileSync(join(folder, 'manifest.json'), manifest);
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
