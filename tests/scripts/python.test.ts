import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPython } from '../../scripts/python.mjs';
import { temporaryFolder } from './temporary-folder.ts';

// The fakes are shell scripts.
describe.skipIf(process.platform === 'win32')('findPython', () => {
  it('prefers the newest that it knows by name', () => {
    const env = path({
      python3: 'echo 3.11',
      'python3.12': 'echo 3.12',
      'python3.13': 'echo 3.13',
    });
    expect(findPython(env)).toEqual(['python3.13']);
  });

  it('takes a newer one that it does not know by name', () => {
    expect(findPython(path({ python3: 'echo 3.20' }))).toEqual(['python3']);
  });

  it.each(['echo 3.10', 'echo 2.7', 'echo unknown option >&2; exit 2', 'exit 127', 'exit 0'])(
    'passes over one that does: %s',
    (body) => {
      const env = path({ 'python3.11': body, python: 'echo 3.11' });
      expect(findPython(env)).toEqual(['python']);
    },
  );

  it('passes over one that cannot make virtual environments', () => {
    const env = path({ 'python3.13': 'echo 3.13; exit 1', 'python3.11': 'echo 3.11' });
    expect(findPython(env)).toEqual(['python3.11']);
  });

  it('says what to install when none can make virtual environments', () => {
    expect(() => findPython(path({ python3: 'echo 3.11; exit 1' }))).toThrow(
      'python3 cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv',
    );
  });

  it('says what is wanted when there is none', () => {
    expect(() => findPython(path({ python3: 'echo 3.10' }))).toThrow(
      /^Python 3\.11 or newer was not found \(tried .*python3.*\)\. Install it, and run this again\.$/,
    );
  });
});

/** Returns an environment whose PATH holds just these programs. */
function path(programs: Record<string, string>): NodeJS.ProcessEnv {
  const folder = temporaryFolder();
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { PATH: folder };
}
