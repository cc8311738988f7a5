import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { sshHost, type GpuHost } from '../../bridge/src/index.ts';
import { familyOf, isRunning } from '../e2e/processes.ts';

const SSHD = '/usr/sbin/sshd';
/** Where Debian's server wants to lock itself in when it is started by root. */
const PRIVILEGE_SEPARATION = '/run/sshd';
/** Bounds the wait for a server that does not come up, or go. */
const SOON = { timeout: 10_000, interval: 20 };

/** Why the tests over ssh cannot run here; undefined where they can. CI must have all of it. */
export const sshObstacle =
  (existsSync(SSHD) && existsSync('/usr/bin/ssh')) || process.env['CI']
    ? undefined
    : 'needs OpenSSH. To run it: apt-get install openssh-server openssh-client';

/**
 * Debian's sshd on a port of its own, as another computer: a host that has what is in its `bin`
 * folder, a key of its own, and lets one key of the test's in. It lives as long as the test.
 */
export class SshServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'ssh-server-'));
  readonly #name: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  /** @param name What ssh calls it. */
  static async start(name: string): Promise<SshServer> {
    const server = new SshServer(name, await freePort());
    await server.start();
    return server;
  }

  private constructor(name: string, port: number) {
    this.#name = name;
    this.#port = port;
    onTestFinished(async () => {
      await this.kill();
      rmSync(this.folder, { recursive: true });
    });
    mkdirSync(join(this.folder, 'bin'));
    for (const key of ['host_key', 'user_key']) this.makeKey(key);
    this.allow('user_key');
    this.expectHostKey('host_key');
    this.#write('sshd_config', [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.folder}/host_key`,
      `AuthorizedKeysFile ${this.folder}/authorized_keys`,
      `SetEnv PATH=${this.folder}/bin:/usr/bin:/bin`,
      'PidFile none',
      // The folder for temporary files is anybody's.
      'StrictModes no',
      'UsePAM no',
      'LogLevel ERROR',
    ]);
    this.#write('ssh_config', [
      `Host ${name}`,
      'HostName 127.0.0.1',
      `Port ${port}`,
      `User ${userInfo().username}`,
      `IdentityFile ${this.folder}/user_key`,
      'IdentitiesOnly yes',
      'IdentityAgent none',
      `UserKnownHostsFile ${this.folder}/known_hosts`,
      'GlobalKnownHostsFile none',
    ]);
  }

  /** The host as an app is told of it, but with ssh's settings of this test. */
  get host(): GpuHost {
    const { args = [], ...host } = sshHost(this.#name);
    return { ...host, args: ['-F', this.configFile, ...args] };
  }

  /** The ssh_config with which ssh finds this server. */
  get configFile(): string {
    return join(this.folder, 'ssh_config');
  }

  /** Makes a key pair. */
  makeKey(name: string): void {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.folder, name)]);
  }

  /** Lets a key in, and no other. */
  allow(key: string): void {
    this.#write('authorized_keys', [this.#publicKey(key)]);
  }

  /** Makes ssh expect a key of this server; none if left out. */
  expectHostKey(key?: string): void {
    const known = key === undefined ? [] : [`[127.0.0.1]:${this.#port} ${this.#publicKey(key)}`];
    this.#write('known_hosts', known);
  }

  /** Puts a shell script into the folder of programs; as `gpu-metrics-sidecar`, it is the sidecar. */
  install(program: string, ...script: string[]): void {
    this.#write(join('bin', program), ['#!/bin/sh', ...script], 0o755);
  }

  /** Starts the server, again after a `kill`. */
  async start(): Promise<void> {
    if (process.getuid?.() === 0) mkdirSync(PRIVILEGE_SEPARATION, { recursive: true });
    const [config, log] = [join(this.folder, 'sshd_config'), join(this.folder, 'log')];
    this.#process = spawn(SSHD, ['-D', '-f', config, '-E', log], { stdio: 'ignore' });
    await vi.waitUntil(() => accepts(this.#port), SOON);
  }

  /** The processes of the server and of all that is logged in. */
  get processes(): number[] {
    const pid = this.#process?.pid;
    return pid === undefined ? [] : familyOf(pid);
  }

  /** Sends a signal to the server and to all that is logged in. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of this.processes) send(pid, signal);
  }

  /** Ends the server and every connection. */
  async kill(): Promise<void> {
    const all = this.processes;
    for (const pid of all) send(pid, 'SIGKILL');
    await vi.waitUntil(() => !all.some(isRunning), SOON);
    this.#process = undefined;
  }

  #publicKey(name: string): string {
    return readFileSync(join(this.folder, `${name}.pub`), 'utf8').trim();
  }

  #write(name: string, lines: string[], mode = 0o600): void {
    writeFileSync(join(this.folder, name), lines.map((line) => `${line}\n`).join(''), { mode });
  }
}

/** One that has just ended needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  if (isRunning(pid)) process.kill(pid, signal);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
