import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A bundled sidecar, ready to be packaged. */
export interface SidecarResource {
  /** Its folder, for `packagerConfig.extraResource` of Electron Forge. */
  folder: string;
  /** SHA-256 of its manifest, for the option `sidecarManifestSha256` of the bridge. */
  manifestSha256: string;
}

/**
 * Finds the bundled sidecar while an app is packaged, so that what is missing shows then, and not
 * at the app's users.
 *
 * @param folder The bundle, `dist/sidecar` of this project. Forge copies it under its own name to
 *   where the bridge looks for it, so the folder must be called `sidecar`.
 * @throws Error that says what is wrong with the folder.
 */
export function sidecarResource(folder: string): SidecarResource {
  const absolute = path.resolve(folder);
  const manifest = path.join(absolute, 'manifest.json');
  if (path.basename(absolute) !== 'sidecar') {
    throw new Error(`The folder of the GPU sidecar must be called "sidecar": ${absolute}`);
  }
  if (!existsSync(manifest)) {
    throw new Error(`No GPU sidecar in ${absolute}: make it by "npm run bundle" and copy it there`);
  }
  const manifestSha256 = createHash('sha256').update(readFileSync(manifest)).digest('hex');
  return { folder: absolute, manifestSha256 };
}
