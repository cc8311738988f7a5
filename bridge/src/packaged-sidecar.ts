import path from 'node:path';
import type { SidecarCommand } from './sidecar-process.ts';

/** Returns the sidecar of a packaged app: beside its asar archive, since a program cannot be in it. */
export function packagedSidecar(): SidecarCommand {
  const program = process.platform === 'win32' ? 'gpu-metrics-sidecar.exe' : 'gpu-metrics-sidecar';
  // Electron adds resourcesPath to process; outside of Electron there is nothing packaged.
  const { resourcesPath } = process as NodeJS.Process & { resourcesPath: string };
  return { command: path.join(resourcesPath, 'sidecar', program), args: [] };
}
