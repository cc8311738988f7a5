import path from 'node:path';
import type { GpuHost } from './gpu-host.ts';

/** Enough for a connection over a slow line, and less than the bridge waits for the sidecar's hello. */
const CONNECT_TIMEOUT_SECONDS = 7;

/** A connection that says nothing for three times as long is lost, also while nobody asks. */
const ALIVE_INTERVAL_SECONDS = 15;

/**
 * What holds whatever the user's own ssh_config says. That one still tells addresses, users, keys and
 * jumps. All of these are known to OpenSSH 7.6 (2017); what a later one could forbid besides would
 * keep an earlier one from starting.
 */
const OPTIONS = {
  // Nobody is asked for a password, or whether a host's key is right.
  BatchMode: 'yes',
  ConnectTimeout: CONNECT_TIMEOUT_SECONDS,
  ServerAliveInterval: ALIVE_INTERVAL_SECONDS,
  ServerAliveCountMax: 3,
  // The other computer gets nothing but our lines: no ports, no agent, no display, no network.
  ClearAllForwardings: 'yes',
  ForwardAgent: 'no',
  ForwardX11: 'no',
  Tunnel: 'no',
  GSSAPIDelegateCredentials: 'no',
  // Nothing else runs, there or here.
  RemoteCommand: 'none',
  PermitLocalCommand: 'no',
  // A connection of our own: a shared one could hang already, and would stay behind with our pipes.
  ControlMaster: 'no',
  ControlPath: 'none',
  // What went wrong is told even to those who want to hear nothing; banners are not.
  LogLevel: 'ERROR',
};

/** `[user@]host` or `ssh://[user@]host[:port]`; nothing that is an option, or has a meaning in a shell. */
const DESTINATION = /^(?:ssh:\/\/)?(?:\w[\w.+-]*@)*[\w:][\w.:-]*$/;

/**
 * Returns another computer, reached by OpenSSH, on which `gpu-metrics-sidecar` is installed.
 * @param destination As for ssh: a name in the user's ssh_config, `user@host` or
 *   `ssh://user@host:port`.
 * @param options.name What the computer is called; its destination if left out.
 * @throws Error when the destination is none.
 */
export function sshHost(
  destination: string,
  { name = destination }: { name?: string } = {},
): GpuHost {
  if (!DESTINATION.test(destination)) {
    throw new Error(
      `Not a destination for ssh: ${JSON.stringify(destination)}. Write host, user@host or ` +
        'ssh://user@host:port, of letters, digits and . _ - only.',
    );
  }
  const options = Object.entries(OPTIONS).flatMap(([option, value]) => [
    '-o',
    `${option}=${value}`,
  ]);
  return {
    name,
    command: sshProgram(),
    args: ['-T', ...options, '--', destination, 'gpu-metrics-sidecar'],
  };
}

/** The system's own: what PATH holds may be anybody's. */
function sshProgram({ platform, env }: Pick<NodeJS.Process, 'platform' | 'env'> = process): string {
  if (platform !== 'win32') return '/usr/bin/ssh';
  return path.win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'OpenSSH', 'ssh.exe');
}
