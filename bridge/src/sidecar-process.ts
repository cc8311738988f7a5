import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { sidecarEnvironment } from './environment.ts';
import { BridgeError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Logger } from './logger.ts';

/** How long each polite step of stopping may take before the next; quitting waits for it. */
const STOP_STEP_MS = 500;

/** How to start the sidecar. */
export interface SidecarCommand {
  /** Absolute path of the program. */
  command: string;
  args: readonly string[];
}

/** What a sidecar process tells about itself. */
export interface SidecarProcessEvents {
  /** A line from its stdout. */
  onLine(line: string): void;
  /** It has ended, or could not be started. Comes exactly once. */
  onEnd(error: BridgeError): void;
}

/** One sidecar process, from its start to its end. */
export class SidecarProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;

  /** @throws BridgeError when the operating system refuses the start at once. */
  constructor(sidecar: SidecarCommand, events: SidecarProcessEvents, logger: Logger) {
    this.#child = start(sidecar);
    this.#ended = new Promise((resolve) => {
      const end = (error: BridgeError) => {
        resolve(undefined);
        events.onEnd(error);
      };
      // Not `close`: a process that inherited the pipes could keep that from ever coming.
      this.#child.once('exit', (code, signal) => {
        const how = code === null ? `by ${String(signal)}` : `with exit code ${code}`;
        end(new BridgeError('stopped', `the sidecar ended ${how}`));
      });
      this.#child.on('error', (cause) => {
        // A running child that could not be signalled reports that here too, and has not ended.
        if (this.#child.pid === undefined) end(notStarted(sidecar, cause));
      });
    });
    // Writing to a child that is gone is an error of the stream, which nobody else would handle.
    this.#child.stdin.on('error', (error) => logger.info(`sidecar stdin: ${error.message}`));
    forEachLine(this.#child.stdout, (line) => events.onLine(line));
    // Read it even if nobody wants it: a full pipe would stop the sidecar.
    forEachLine(this.#child.stderr, (line) => logger.info(`sidecar: ${line}`));
  }

  /** Sends one line. */
  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends the process: asks, then insists, then kills. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    if (await this.#endsWithin(STOP_STEP_MS)) return;
    this.#child.kill('SIGTERM');
    if (await this.#endsWithin(STOP_STEP_MS)) return;
    this.#child.kill('SIGKILL');
    // A process that the kernel itself holds in a driver call ends later; the app must not wait.
    await this.#endsWithin(STOP_STEP_MS);
  }

  async #endsWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    try {
      return await Promise.race([this.#ended.then(() => true), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function start(sidecar: SidecarCommand): ChildProcessWithoutNullStreams {
  try {
    return spawn(sidecar.command, [...sidecar.args, '--parent-pid', String(process.pid)], {
      env: sidecarEnvironment(process.env),
      shell: false,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (cause) {
    // A path inside an asar archive is refused right here rather than by an event.
    throw notStarted(sidecar, cause);
  }
}

function notStarted(sidecar: SidecarCommand, cause: unknown): BridgeError {
  return new BridgeError('not-started', `cannot start ${sidecar.command}: ${String(cause)}`, {
    cause,
  });
}

function forEachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const splitter = new LineSplitter();
  stream.on('data', (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) onLine(line);
  });
}
