/**
 * What a bundled sidecar consists of. In JavaScript since both need it as it is: the bridge, which
 * checks a bundle, and `scripts/bundle.mjs`, which runs on a Node that reads no TypeScript.
 */
import { readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * @typedef {object} FolderContents
 * @property {string[]} files Paths in the folder, with slashes.
 * @property {Map<string, string>} links Where each link leads, as it says itself, by its path.
 */

/**
 * Lists a folder with all folders below. Links are listed and not followed: on macOS a framework's
 * folders are linked to one another.
 *
 * Not by readdir's `recursive`, which Electron 25 lacks and which follows links.
 *
 * @param {string} folder
 * @returns {Promise<FolderContents>}
 * @throws {Error} that names what a copy of the folder could not hold: a link that leads nowhere
 *   or out of the folder, or what is neither file, folder nor link.
 */
export async function folderContents(folder) {
  /** @type {FolderContents} */
  const contents = { files: [], links: new Map() };
  await list(await realpath(folder), '', contents);
  return contents;
}

/**
 * @param {string} root
 * @param {string} prefix Path of the folder to list, in `root`: empty, or with a slash at its end.
 * @param {FolderContents} contents
 */
async function list(root, prefix, contents) {
  for (const entry of await readdir(path.join(root, prefix), { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) await list(root, `${name}/`, contents);
    else if (entry.isFile()) contents.files.push(name);
    else if (entry.isSymbolicLink()) contents.links.set(name, await targetInside(root, name));
    else throw new Error(`neither a file nor a folder: ${name}`);
  }
}

/**
 * @param {string} root
 * @param {string} name
 */
async function targetInside(root, name) {
  const link = path.join(root, name);
  const target = await readlink(link);
  const end = await realpath(link).catch(() => null);
  if (end === null) throw new Error(`a link that leads nowhere: ${name}`);
  const isInside = end === root || end.startsWith(root + path.sep);
  // An absolute one leads out of every copy.
  if (path.isAbsolute(target) || !isInside) throw new Error(`a link out of the folder: ${name}`);
  return target;
}
