import path from 'node:path';

/** Letters, marks, numbers, punctuation, symbols and plain spaces, to be shown in one line. */
const NAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}$/u;

/** Between the name of a computer and what a GPU is called there. */
const SEPARATOR = ' · ';

/** Another computer whose GPUs are shown. */
export interface GpuHost {
  /** Shown before the ids of its GPUs: 1 to 64 printable characters, no other host's name. */
  name: string;
  /** Absolute path of a program whose stdin and stdout are those of a sidecar there. */
  command: string;
  /** None if left out. */
  args?: readonly string[];
}

/** Returns the id that a GPU of a host has here. */
export function gpuIdOf(host: string, gpuId: string): string {
  return `${host}${SEPARATOR}${gpuId}`;
}

/** @throws Error that says which host is not what it must be. */
export function checkHosts(hosts: readonly GpuHost[]): void {
  const names = new Set<string>();
  for (const { name, command } of hosts) {
    const shown = JSON.stringify(name);
    if (!isName(name)) {
      throw new Error(
        `Not a name for a host: ${shown}. It has 1 to 64 printable characters, ` +
          `none of them "${SEPARATOR.trim()}", and begins and ends with no space.`,
      );
    }
    if (names.has(name)) throw new Error(`Two hosts have the name ${shown}.`);
    names.add(name);
    // Anything else would run what a folder in PATH, or the current one, happens to hold.
    if (!path.isAbsolute(command))
      throw new Error(`The command of host ${shown} must be absolute.`);
  }
}

/** With the separator in it, two computers could be told to have the same GPU. */
function isName(name: string): boolean {
  return NAME.test(name) && name === name.trim() && !name.includes(SEPARATOR.trim());
}
