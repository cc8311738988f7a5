import path from 'node:path';
import { checkManifest } from './manifest.ts';
import type { SidecarCommand } from './sidecar-process.ts';

/** Where this program runs. Electron adds `resourcesPath`; outside of it nothing is packaged. */
export type Host = Pick<NodeJS.Process, 'platform'> & { readonly resourcesPath?: string };

/**
 * Returns the sidecar of a packaged app: beside its asar archive, since a program cannot be in it.
 * @param manifestSha256 See `checkManifest`, which looks at it before each start.
 */
export function packagedSidecar(
  manifestSha256: string | null = null,
  host: Host = process,
): SidecarCommand {
  if (host.resourcesPath === undefined) {
    throw new Error('There is no packaged sidecar outside of Electron: name one to start.');
  }
  const isWindows = host.platform === 'win32';
  const program = isWindows ? 'gpu-metrics-sidecar.exe' : 'gpu-metrics-sidecar';
  const paths = isWindows ? path.win32 : path.posix;
  const folder = paths.join(host.resourcesPath, 'sidecar');
  return {
    command: paths.join(folder, program),
    verify: () => checkManifest(folder, manifestSha256),
  };
}
