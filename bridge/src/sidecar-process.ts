import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import { settlesWithin } from './delay.ts';
import { sidecarEnvironment } from './environment.ts';
import { BridgeError, type BridgeErrorCode } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Logger } from './logger.ts';
import { OutputMeter } from './output-meter.ts';
import { StderrLog } from './stderr-log.ts';

/** How long each step of stopping may take before the next; quitting waits for it. */
const STOP_STEP_MS = 500;

/** What a process wrote last can arrive after its end, or never if another one holds its pipes. */
const LAST_WORDS_MS = 250;

/** How to start the sidecar. */
export interface SidecarCommand {
  /** Absolute path of the program. */
  command: string;
  /** None if left out. */
  args?: readonly string[];
  /** Called before each start. What it rejects with, a BridgeError, is why there is none. */
  verify?: () => Promise<void>;
}

/** A program that leads to a sidecar: to this computer's, unless it says something else. */
export interface SidecarProgram extends SidecarCommand {
  remote?: Remote;
}

/** What is different with a program that leads to another computer. */
export interface Remote {
  /** The variables that it gets. */
  environment: Record<string, string>;
  /** Tells why it ended by its exit code, null if a signal ended it, and its last lines on stderr. */
  diagnose(exitCode: number | null, lastWords: string): BridgeErrorCode;
}

/** What a sidecar process tells about itself. */
export interface SidecarProcessEvents {
  /** A line from its stdout. */
  onLine(line: string): void;
  /** It has ended, or could not be started. Comes exactly once, and no line after it. */
  onEnd(error: BridgeError): void;
}

/** One sidecar process, from its start to its end. */
export class SidecarProcess {
  readonly #child: ChildProcess;
  /** Whether it leads a group of processes, such as those of a ProxyJump. */
  readonly #leadsGroup: boolean;
  readonly #logger: Logger;
  readonly #ended: Promise<unknown>;
  #hasEnded = false;
  #isStopping = false;

  /** @throws BridgeError when the operating system refuses the start at once. */
  constructor(sidecar: SidecarProgram, events: SidecarProcessEvents, logger: Logger) {
    this.#logger = logger;
    this.#leadsGroup = leadsGroup(sidecar);
    this.#child = start(sidecar, this.#leadsGroup);
    const log = new StderrLog(logger);
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#ended = new Promise((resolve) => {
      const end = (error: BridgeError) => {
        this.#hasEnded = true;
        resolve(undefined);
        events.onEnd(error);
      };
      // Not `close`: a process that inherited the pipes could keep that from ever coming.
      this.#child.once('exit', (code, signal) => {
        const how = code === null ? `by ${String(signal)}` : `with exit code ${code}`;
        const endAs = (why: BridgeErrorCode) =>
          end(new BridgeError(why, `the sidecar ended ${how}`));
        const { remote } = sidecar;
        if (!remote) {
          endAs('stopped');
          return;
        }
        this.#signal('SIGKILL'); // what it has left behind
        void settlesWithin(closed, LAST_WORDS_MS).then(() =>
          endAs(remote.diagnose(code, log.lastWords())),
        );
      });
      this.#child.on('error', (cause) => {
        // A running child that could not be signalled reports that here too, and has not ended.
        if (this.#child.pid === undefined) end(notStarted(sidecar.command, cause));
      });
    });
    // A system that is out of file descriptors gives the child no streams before it reports that.
    // Writing to a child that is gone is an error of the stream, which nobody else would handle.
    this.#child.stdin?.on('error', (error) => logger.info(`sidecar stdin: ${error.message}`));
    this.#read(events, log);
    void this.#ended.then(() => this.#closePipes(closed, log));
  }

  /** Sends one line. */
  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends the process at once. It has ended when `onEnd` says so. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /**
   * Ends the process: asks, then insists, then kills. Resolves when it has ended, at the latest
   * after three steps.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#child.stdin?.end();
    if (await settlesWithin(this.#ended, STOP_STEP_MS)) return;
    // Windows knows no signals: there this is the end already.
    this.#signal('SIGTERM');
    if (await settlesWithin(this.#ended, STOP_STEP_MS)) return;
    this.kill();
    // A process that the kernel itself holds in a driver call ends later; the app must not wait.
    await settlesWithin(this.#ended, STOP_STEP_MS);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (!this.#leadsGroup || pid === undefined) {
      this.#child.kill(signal);
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // All of them have ended.
    }
  }

  #read(events: SidecarProcessEvents, log: StderrLog): void {
    const { stdout, stderr } = this.#child;
    const meter = new OutputMeter();
    this.#forEachLine(stdout, meter, (line) => {
      if (!this.#hasEnded) events.onLine(line);
    });
    // Read it even if nobody wants it: a full pipe would stop the sidecar.
    this.#forEachLine(stderr, meter, (line) => log.add(line));
  }

  #forEachLine(stream: Readable | null, meter: OutputMeter, onLine: (line: string) => void): void {
    let hasDropped = false;
    const splitter = new LineSplitter(() => {
      if (!hasDropped) this.#logger.warn('the sidecar wrote a line that is too long (told once)');
      hasDropped = true;
    });
    stream?.on('data', (chunk: Buffer) => {
      let isTooMuch = meter.countBytes(chunk.length);
      for (const line of splitter.push(chunk)) {
        isTooMuch ||= meter.countLine();
        if (isTooMuch) break;
        onLine(line);
      }
      if (isTooMuch) this.#endFlood();
    });
  }

  #endFlood(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#logger.error('the sidecar floods its output and is killed');
    this.kill();
  }

  /** Tells what it wrote last, and lets go of pipes that another process may hold. */
  async #closePipes(closed: Promise<unknown>, log: StderrLog): Promise<void> {
    await settlesWithin(closed, LAST_WORDS_MS);
    if (!this.#isStopping && log.lastWords() !== '') {
      this.#logger.warn(`the sidecar's last words:\n${log.lastWords()}`);
    }
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr]) stream?.destroy();
  }
}

function start({ command, args = [], remote }: SidecarProgram, detached: boolean): ChildProcess {
  // Another computer knows no process of ours: there the end of stdin has to do.
  const ownArgs = remote ? [] : ['--parent-pid', String(process.pid)];
  const environment = remote?.environment ?? sidecarEnvironment(process.env);
  try {
    return spawn(command, [...args, ...ownArgs], { ...spawnOptions(environment), detached });
  } catch (cause) {
    // A path inside an asar archive is refused right here rather than by an event.
    throw notStarted(command, cause);
  }
}

/**
 * Whether it gets a group, and with it a session, of its own: ssh then has no terminal on which to ask
 * for anything, and what it starts can be ended with it. It notices the app's end by that of stdin.
 */
function leadsGroup({ remote }: SidecarProgram): boolean {
  return remote !== undefined && process.platform !== 'win32';
}

/** A sidecar of this computer is never `detached`: it must not outlive the app. */
export function spawnOptions(environment: Record<string, string>): SpawnOptions {
  return {
    env: environment,
    shell: false,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A program for the terminal would open one.
    windowsHide: true,
  };
}

function notStarted(command: string, cause: unknown): BridgeError {
  return new BridgeError('not-started', `cannot start ${command}: ${String(cause)}`, {
    cause,
  });
}
