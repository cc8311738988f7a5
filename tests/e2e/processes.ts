import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** How /proc/net/tcp writes that a socket listens, and /proc/net/unix that it accepts. */
const TCP_LISTENS = '0A';
const UNIX_ACCEPTS = '00010000';

/** Returns the process ids of the sidecars that a process has started. */
export function sidecarsOf(parent: number | undefined): number[] {
  return childrenOf(parent).filter(isSidecar);
}

/** Returns the process ids of a process and of all that it, and they, have started. */
export function familyOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

/** Says whether a process is a sidecar. */
export function isSidecar(pid: number): boolean {
  return argumentsOf(pid).includes('sidecar');
}

/** Says whether a process runs: one that has ended but is not yet waited for does not. */
export function isRunning(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && status.state !== 'Z';
}

/** Returns the words that a process was started with, the program first. */
export function argumentsOf(pid: number): string[] {
  return zeroTerminated(pid, 'cmdline');
}

/** Returns the environment that a process was started in. */
export function environmentOf(pid: number): Record<string, string> {
  return Object.fromEntries(
    zeroTerminated(pid, 'environ').map((entry) => entry.split(/=(.*)/s, 2) as [string, string]),
  );
}

/** Returns the process group that a process belongs to. */
export function groupOf(pid: number): number | undefined {
  return statusOf(pid)?.group;
}

/** Returns what a process can be reached at: addresses of TCP and UDP, paths of sockets. */
export function listeningSocketsOf(pid: number): string[] {
  const own = socketsOf(pid);
  const internet = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    rowsOf(pid, `net/${protocol}`)
      .filter((row) => row[3] === TCP_LISTENS || protocol.startsWith('udp'))
      .map((row) => ({ inode: row[9], address: row[1] })),
  );
  const local = rowsOf(pid, 'net/unix')
    .filter((row) => row[3] === UNIX_ACCEPTS)
    .map((row) => ({ inode: row[6], address: row[7] }));
  return [...internet, ...local]
    .filter(({ inode }) => own.includes(`socket:[${String(inode)}]`))
    .map(({ address }) => String(address));
}

function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return []; // closed since it was listed
    }
  });
}

function childrenOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statusOf(pid)?.parent === parent);
}

/** A table of the kernel's, without its head. */
function rowsOf(pid: number, file: string): string[][] {
  const lines = read(pid, file)?.trimEnd().split('\n').slice(1) ?? [];
  return lines.map((line) => line.trim().split(/\s+/));
}

function statusOf(pid: number): { state: string; parent: number; group: number } | undefined {
  // `1234 (name) S 1 …`, and the name may hold anything.
  const fields = read(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  return (
    fields && { state: String(fields[0]), parent: Number(fields[1]), group: Number(fields[2]) }
  );
}

function zeroTerminated(pid: number, file: string): string[] {
  return read(pid, file)?.split('\0').slice(0, -1) ?? [];
}

/** Any process may end between two looks at it. */
function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
