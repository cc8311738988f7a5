import { fileURLToPath } from 'node:url';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';

/**
 * How to start one of the one-purpose processes in tests/fakes/sidecars.
 * @param argument For `answering`: results by method; for `endless`: a stream.
 */
export function fakeSidecar(
  name: 'answering' | 'counting' | 'deaf' | 'endless' | 'noisy',
  argument: Record<string, unknown> | string = {},
): SidecarCommand {
  const program = new URL(`../fakes/sidecars/${name}.mjs`, import.meta.url);
  const text = typeof argument === 'string' ? argument : JSON.stringify(argument);
  return { command: process.execPath, args: [fileURLToPath(program), text] };
}
