/**
 * The variables that the sidecar, the GPU drivers and Python need. Everything else stays out: the
 * app's secrets, and what would change which code runs (PYTHON*, LD_PRELOAD, NODE_OPTIONS).
 */
const PASSED_ON = new Set([
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'PATH',
  'TMPDIR',
  // Where NixOS, containers and WSL keep the drivers' libraries.
  'LD_LIBRARY_PATH',
  'ROCM_HOME',
  'ROCM_PATH',
  // Windows needs these to start any program and to find nvml.dll.
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'WINDIR',
]);

/** Returns the part of the app's environment that the sidecar gets. */
export function sidecarEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && PASSED_ON.has(entry[0].toUpperCase()),
    ),
  );
}
