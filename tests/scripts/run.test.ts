import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../scripts/run.mjs';

const runModule = new URL('../../scripts/run.mjs', import.meta.url).href;

/** Says that it runs, and then runs for ever. */
const FOREVER = "console.log('running'); setInterval(() => {}, 1e6)";

/** The body of a script that runs such a child. */
const RUN_FOREVER = `await main(() => run(process.execPath, ['-e', ${JSON.stringify(FOREVER)}]))`;

describe('run', () => {
  it('returns the exit code', async () => {
    expect(await run(process.execPath, ['-e', 'process.exit(3)'])).toEqual({
      code: 3,
      signal: null,
    });
  });

  it('says which program cannot be started', async () => {
    await expect(run('no-such-program', [])).rejects.toThrow(/^Cannot run no-such-program: /);
  });

  it('runs in the repository, whatever the current folder is', async () => {
    const check = "process.exit(require('node:fs').existsSync('scripts/run.mjs') ? 0 : 1)";
    expect((await run(process.execPath, ['-e', check])).code).toBe(0);
  });

  it('stops a child that takes too long, and says so', async () => {
    const args = JSON.stringify(['-e', FOREVER]);
    const options = "{ stdio: 'ignore', limitMs: 1 }";
    const script = startScript(`await main(() => run(process.execPath, ${args}, ${options}))`);
    expect(await text(script.stderr)).toBe(
      `${process.execPath} takes longer than 0.001 s and is stopped.\n`,
    );
  });
});

// Windows ends a process without telling it.
describe.skipIf(process.platform === 'win32')('a script that is told to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s ends its child, then itself', async (signal) => {
    const script = startScript(RUN_FOREVER);
    await running(script);
    script.kill(signal);
    expect(await ended(script)).toEqual([null, signal]);
  });

  it('ends a whole group where it was asked for, deaf ones included', async () => {
    const deaf = `process.on('SIGTERM', () => {}); ${FOREVER}`;
    const shell = `"${process.execPath}" -e "${deaf}" & wait`;
    const script = startScript(
      `await main(() => run('sh', ['-c', ${JSON.stringify(shell)}], { detached: true }))`,
    );
    await running(script);
    script.kill('SIGTERM');
    expect(await ended(script)).toEqual([null, 'SIGTERM']);
  });

  it('notices that the shell in which npm started it was ended', async () => {
    const shell = spawn(
      'sh',
      ['-c', '"$0" "$@"; true', process.execPath, ...scriptArgs(RUN_FOREVER)],
      {
        env: { ...process.env, npm_lifecycle_event: 'start' },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    await running(shell);
    shell.kill('SIGTERM');
    expect(await ended(shell)).toEqual([null, 'SIGTERM']);
  });
});

describe('main', () => {
  it('ends as its body says', async () => {
    const script = startScript('await main(async () => ({ code: 4, signal: null }))');
    expect(await ended(script)).toEqual([4, null]);
  });

  it('turns a problem into one line', async () => {
    const script = startScript("await main(async () => { throw new Problem('Do this.') })");
    expect(await text(script.stderr)).toBe('Do this.\n');
  });

  it('lets an unexpected error show where it comes from', async () => {
    const script = startScript("await main(async () => { throw new Error('bug') })");
    expect(await text(script.stderr)).toMatch(/Error: bug\n +at /);
  });
});

function startScript(body: string) {
  const script = spawn(process.execPath, scriptArgs(body), { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void script.kill('SIGKILL'));
  return script;
}

function scriptArgs(body: string): string[] {
  const imports = `import { main, Problem, run } from ${JSON.stringify(runModule)};`;
  return ['--input-type=module', '--eval', `${imports}\n${body}`];
}

/** Waits until the child of the script has said that it runs. */
async function running({ stdout }: ChildProcess): Promise<void> {
  if (stdout) await once(stdout, 'data');
}

/**
 * Waits until the script and all that it started have ended: only then is the pipe closed that they
 * share as their stdout. Returns the script's exit code and signal.
 */
function ended(script: ChildProcess): Promise<unknown[]> {
  script.stdout?.resume();
  return once(script, 'close');
}
