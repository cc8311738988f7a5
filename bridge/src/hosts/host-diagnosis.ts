import type { BridgeErrorCode } from '../errors.ts';

/** What ssh ends with after an error of its own (ssh(1), EXIT STATUS). */
const SSH_FAILED = 255;

/** What a shell ends with when it does not find a program (POSIX, Shell Command Language, 2.8.2). */
const NOT_FOUND = 127;

/**
 * What OpenSSH writes when it fails, and where. Looked for in this order: when a computer on the way
 * refuses, ssh also says that the one behind it cannot be reached.
 */
const SSH_SAYS: readonly [RegExp, BridgeErrorCode][] = [
  // sshconnect.c, verify_host_key: after whatever it says of the key itself.
  [/^Host key verification failed\./m, 'host-key-refused'],
  // sshconnect2.c, userauth: the ways to log in that are left stand in the brackets.
  [/^\S+: Permission denied \([a-z,-]+\)\.\r?$/m, 'key-refused'],
  // sshd's auth.c, auth_maxtries_exceeded: an agent with many keys.
  [/: Too many authentication failures/, 'key-refused'],
  // ssh.c, resolve_host, and sshconnect.c, ssh_connect_direct: no such name, refused, no route.
  [/^ssh: /m, 'unreachable'],
  // kex.c, kex_exchange_identification: it was closed, or is no server of ssh.
  [/^kex_exchange_identification: /m, 'unreachable'],
  // kex.c and packet.c: the ConnectTimeout ran out after the first packet.
  [/^Connection (?:timed out during banner|to .+ timed out)/m, 'unreachable'],
];

/**
 * Returns why a program ended that led to another computer.
 * @param exitCode Null if a signal ended it.
 * @param lastWords What it wrote to stderr last.
 */
export function diagnose(exitCode: number | null, lastWords: string): BridgeErrorCode {
  if (exitCode === NOT_FOUND) return 'not-installed';
  const said = SSH_SAYS.find(([pattern]) => exitCode === SSH_FAILED && pattern.test(lastWords));
  return said?.[1] ?? 'stopped';
}
