import { parseArgs } from 'node:util';
import { sshHost, type GpuHost } from 'gpu-metrics-bridge';

/**
 * Returns the other computers that the arguments name: `--host box --host me@rack`, as ssh knows
 * them, with the settings in `--ssh-config FILE` instead of the user's own.
 * @throws Error when one is none.
 */
export function namedHosts(args: readonly string[]): GpuHost[] {
  // Electron's and Chromium's own switches are among the arguments, hence not strict.
  const { values } = parseArgs({
    args: [...args],
    options: { host: { type: 'string', multiple: true }, 'ssh-config': { type: 'string' } },
    strict: false,
  });
  const config = values['ssh-config'];
  const configArgs = config === undefined ? [] : ['-F', String(config)];
  return (values.host ?? []).map((destination) => {
    const { args: sshArgs = [], ...host } = sshHost(String(destination));
    return { ...host, args: [...configArgs, ...sshArgs] };
  });
}
