/** Finds a Python that can run the sidecar. */
import { spawnSync } from 'node:child_process';
import { Problem } from './run.mjs';

const OLDEST = { major: 3, minor: 11 };

/** An interpreter answers in milliseconds; a broken one may ask something or hang. */
const PROBE_LIMIT_MS = 10_000;

/** Prints the version, and fails where the modules that make a virtual environment are missing. */
const PROBE =
  'import sys; print("%d.%d" % sys.version_info[:2], flush=True); import ensurepip, venv';

const COMMANDS =
  process.platform === 'win32'
    ? ['py -3', 'python']
    : ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3', 'python'];

/**
 * Returns the command of the first Python that is new enough, such as `['py', '-3']`.
 * @param {NodeJS.ProcessEnv} [env] Where PATH is read.
 * @returns {[command: string, ...args: string[]]}
 * @throws {Problem} when there is none, or none that can make a virtual environment.
 */
export function findPython(env = process.env) {
  /** @type {string | undefined} */
  let incomplete;
  for (const words of COMMANDS) {
    const [command = '', ...args] = words.split(' ');
    const { error, stdout, status } = spawnSync(command, [...args, '-I', '-c', PROBE], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PROBE_LIMIT_MS,
    });
    if (error || !isNewEnough(stdout)) continue;
    if (status === 0) return [command, ...args];
    incomplete ??= words;
  }
  throw new Problem(incomplete === undefined ? missing() : withoutVenv(incomplete));
}

/**
 * @param {string} version As the probe prints it, such as `3.12`.
 * @returns {boolean}
 */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.trim().split('.').map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

function missing() {
  const wanted = `Python ${OLDEST.major}.${OLDEST.minor} or newer`;
  return `${wanted} was not found (tried ${COMMANDS.join(', ')}). Install it, and run this again.`;
}

/** @param {string} words */
function withoutVenv(words) {
  return `${words} cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv`;
}
