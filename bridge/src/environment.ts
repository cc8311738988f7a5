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
  // Where AMD's tools look for ROCm first.
  'ROCM_HOME',
  'ROCM_PATH',
  // Windows starts no program without the first two. NVML lies in the system's folder, or, with old
  // drivers, among the programs.
  'SYSTEMROOT',
  'WINDIR',
  'PROGRAMFILES',
  'APPDATA',
  'LOCALAPPDATA',
  'SYSTEMDRIVE',
  'TEMP',
  'TMP',
  'USERPROFILE',
]);

/** Returns the part of the app's environment that the sidecar gets. */
export function sidecarEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        // Windows spells its variables in any case.
        entry[1] !== undefined && PASSED_ON.has(entry[0].toUpperCase()),
    ),
  );
}
