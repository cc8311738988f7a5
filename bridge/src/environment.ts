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

/** What a program needs beside that to reach another computer. */
const PASSED_ON_TO_REACH_HOSTS = new Set([
  ...PASSED_ON,
  // Whom ssh logs in as, the agent that holds the keys, and Kerberos' tickets.
  'USER',
  'LOGNAME',
  'USERNAME',
  'SSH_AUTH_SOCK',
  'KRB5CCNAME',
  // Where agents keep their sockets, and a ProxyCommand its shell.
  'XDG_RUNTIME_DIR',
  'SHELL',
  // OpenSSH for Windows keeps its settings there.
  'PROGRAMDATA',
  // Which containers `docker exec` and `kubectl exec` mean.
  'DOCKER_CONFIG',
  'DOCKER_CONTEXT',
  'DOCKER_HOST',
  'KUBECONFIG',
]);
// A library that the app brings must not become ssh's own.
PASSED_ON_TO_REACH_HOSTS.delete('LD_LIBRARY_PATH');

/**
 * Makes ssh ask a program, which cannot be run, instead of a person: where it asks nobody by itself
 * (BatchMode), the ssh that it starts for a ProxyJump would still ask on the app's terminal.
 */
const ASK_NOBODY = { SSH_ASKPASS: '/dev/null', SSH_ASKPASS_REQUIRE: 'force' };

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the part of the app's environment that the sidecar gets. */
export function sidecarEnvironment(environment: Environment): Record<string, string> {
  return passedOn(environment, PASSED_ON);
}

/** Returns what a program gets that leads to another computer. */
export function hostEnvironment(environment: Environment): Record<string, string> {
  return { ...passedOn(environment, PASSED_ON_TO_REACH_HOSTS), ...ASK_NOBODY };
}

function passedOn(environment: Environment, names: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        // Windows spells its variables in any case.
        entry[1] !== undefined && names.has(entry[0].toUpperCase()),
    ),
  );
}
