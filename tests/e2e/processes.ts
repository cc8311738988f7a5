import { readdirSync, readFileSync } from 'node:fs';

/** Returns the process ids of the sidecars that a process has started. */
export function sidecarsOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statusOf(pid)?.parent === parent && commandLineOf(pid).includes('sidecar'));
}

/** Says whether a process runs: one that has ended but is not yet waited for does not. */
export function isRunning(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && status.state !== 'Z';
}

function statusOf(pid: number): { state: string; parent: number } | undefined {
  // `1234 (name) S 1 …`, and the name may hold anything.
  const fields = read(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  return fields && { state: String(fields[0]), parent: Number(fields[1]) };
}

function commandLineOf(pid: number): string[] {
  return read(pid, 'cmdline')?.split('\0') ?? [];
}

/** Any process may end between two looks at it. */
function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
