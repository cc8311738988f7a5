import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MANIFEST, writeManifest } from './write-manifest.mjs';

/** Where the bridge looks for the sidecar, among an app's resources. */
const NAME = 'sidecar';

/** What is added to of a configuration of Electron's packager, which Forge uses. */
interface PackagerConfig {
  extraResource?: string | string[];
  osxSign?: true | OsxSign;
}

interface OsxSign {
  optionsForFile?: (file: string) => object;
}

/**
 * Adds the bundled sidecar to an app that is packaged.
 *
 * Where macOS apps are signed, the sidecar's programs are, too, and are then others than those of its
 * manifest. It is written anew after that, and before the app as a whole is signed.
 *
 * @param folder The bundle, `dist/sidecar` of this project. Forge copies it under its own name to
 *   where the bridge looks for it, so the folder must be called `sidecar`.
 * @param config The app's own `packagerConfig`.
 * @throws Error that says what is wrong with the folder.
 */
export function withSidecar<Config extends object>(
  folder: string,
  config: Config & PackagerConfig,
): Config {
  const { extraResource = [], osxSign } = config;
  const added = { ...config, extraResource: [extraResource, bundleIn(folder)].flat() };
  if (osxSign === undefined) return added;
  return { ...added, osxSign: refreshingManifest(osxSign === true ? {} : osxSign) };
}

/**
 * Returns the hash of a bundle's manifest, for the option `sidecarManifestSha256` of the bridge.
 *
 * There is none on macOS, where signing writes the manifest anew when the app's code is already in
 * its archive; the app's signature covers both.
 *
 * @param folder As for `withSidecar`.
 * @throws Error that says what is wrong with the folder.
 */
export function sidecarManifestSha256(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const manifest = readFileSync(path.join(bundleIn(folder), MANIFEST));
  return platform === 'darwin' ? null : createHash('sha256').update(manifest).digest('hex');
}

/** Fails while an app is packaged, so that what is missing does not show at its users. */
function bundleIn(folder: string): string {
  const absolute = path.resolve(folder);
  if (path.basename(absolute) !== NAME) {
    throw new Error(`The folder of the GPU sidecar must be called "${NAME}": ${absolute}`);
  }
  if (!existsSync(path.join(absolute, MANIFEST))) {
    throw new Error(`No GPU sidecar in ${absolute}: make it by "npm run bundle" and copy it there`);
  }
  return absolute;
}

/** @electron/osx-sign asks for the options of each file right before it signs it, the app last. */
function refreshingManifest(osxSign: OsxSign): OsxSign {
  return {
    ...osxSign,
    optionsForFile: (file) => {
      const folder = path.join(file, 'Contents', 'Resources', NAME);
      if (existsSync(folder)) writeManifest(folder);
      return osxSign.optionsForFile?.(file) ?? {};
    },
  };
}
