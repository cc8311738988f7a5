/**
 * What a bundled sidecar consists of. In JavaScript, since `scripts/bundle.mjs` needs it on a Node
 * that reads no TypeScript.
 */
import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
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
 * Not by readdir's `recursive`, which Electron 25 lacks and which follows links. Synchronously, since
 * a bundle has a handful of folders and its manifest is written where nobody waits for a promise.
 *
 * @param {string} folder
 * @returns {FolderContents}
 * @throws {Error} that names what a copy of the folder could not hold: a link that leads nowhere
 *   or out of the folder, or what is neither file, folder nor link.
 */
export function folderContents(folder) {
  /** @type {FolderContents} */
  const contents = { files: [], links: new Map() };
  list(realpathSync(folder), '', contents);
  return contents;
}

/**
 * @param {string} root
 * @param {string} prefix Path of the folder to list, in `root`: empty, or with a slash at its end.
 * @param {FolderContents} contents
 */
function list(root, prefix, contents) {
  for (const entry of readdirSync(path.join(root, prefix), { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) list(root, `${name}/`, contents);
    else if (entry.isFile()) contents.files.push(name);
    else if (entry.isSymbolicLink()) contents.links.set(name, targetInside(root, name));
    else throw new Error(`neither a file nor a folder: ${name}`);
  }
}

/**
 * @param {string} root
 * @param {string} name
 */
function targetInside(root, name) {
  const link = path.join(root, name);
  const target = readlinkSync(link);
  const end = endOf(link);
  if (end === null) throw new Error(`a link that leads nowhere: ${name}`);
  const isInside = end === root || end.startsWith(root + path.sep);
  // An absolute one leads out of every copy.
  if (path.isAbsolute(target) || !isInside) throw new Error(`a link out of the folder: ${name}`);
  return target;
}

/**
 * @param {string} link
 * @returns {string | null} Where it leads in the end, null when there is nothing.
 */
function endOf(link) {
  try {
    return realpathSync(link);
  } catch {
    return null;
  }
}
