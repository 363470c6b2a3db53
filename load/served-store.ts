// A `holdfast serve` of this tree on a fresh sqlite store, as a process of its own, and what the
// system knows of that process. Starts it, looks at it, stops it; sends it no load and judges nothing.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { servedAddress } from '../src/bench/http/served-address.ts';
import { ServerMemory } from './server-memory.ts';

export const HOLDFAST = join(import.meta.dirname, '..', 'bin', 'holdfast');
const MB = 1_048_576;

/** What the operating system says of the server and its files. */
export interface Footprint {
  rssMb: number;
  /** Of that, memory that no file stands behind: heap, buffers, stacks. */
  anonymousMb: number;
  fds: number;
  /** Of those, what is no connection that is open at both ends. */
  ownFds: number;
  threads: number;
  journalMb: number;
  tablesMb: number;
}

export class ServedStore {
  readonly url: string;
  readonly pid: number;
  readonly memory: ServerMemory;
  /** The last of what it wrote to its log. */
  said = '';
  readonly #child: ChildProcess;
  readonly #path: string;

  private constructor(
    child: ChildProcess,
    parts: { url: string; path: string; memory: ServerMemory },
  ) {
    this.#child = child;
    this.#path = parts.path;
    this.url = parts.url;
    this.memory = parts.memory;
    this.pid = child.pid!;
  }

  /** Starts it on the files at `path`; rejects when it ends before it serves. */
  static async start(path: string): Promise<ServedStore> {
    const args = ['serve', '--engine', `sqlite:${path}`, '--port', '0', '--json'];
    const child = spawn(HOLDFAST, [...args, '--log-level', 'warn'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '--inspect=127.0.0.1:0' },
    });
    process.once('exit', () => child.kill('SIGKILL'));
    let said = '';
    child.stderr!.on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
    const url = await Promise.race([
      servedAddress(child.stdout!),
      once(child, 'exit').then(() => Promise.reject(new Error(`the server ended: ${said}`))),
    ]);
    const inspector = /ws:\/\/\S+/.exec(said)?.[0];
    if (inspector === undefined) throw new Error(`the server has no inspector: ${said}`);
    const memory = await ServerMemory.connect(inspector);
    const store = new ServedStore(child, { url, path, memory });
    child.stderr!.on('data', (chunk) => (store.said = (store.said + chunk).slice(-4_000)));
    return store;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  footprint(): Footprint {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const kilobytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    const { fds, ownFds } = this.#descriptors();
    return {
      rssMb: kilobytes('VmRSS') / 1_024,
      anonymousMb: kilobytes('RssAnon') / 1_024,
      fds,
      ownFds,
      threads: kilobytes('Threads'),
      journalMb: sizeMb(this.#path),
      tablesMb: sizeMb(`${this.#path}.tables`),
    };
  }

  /** Looks again while connections come and go between the two counts. */
  #descriptors(): { fds: number; ownFds: number } {
    const count = () => readdirSync(`/proc/${this.pid}/fd`).length;
    const port = Number(new URL(this.url).port);
    for (let looksLeft = 20; ; looksLeft -= 1) {
      const fds = count();
      const ownFds = fds - openConnections(port);
      if (fds === count() || looksLeft === 0) return { fds, ownFds };
    }
  }

  /** Asks it to end; its exit code. */
  async stop(): Promise<number | null> {
    this.memory.close();
    if (this.running) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exited;
    }
    return this.#child.exitCode;
  }
}

/** What `holdfast verify` says of the files, while nobody serves them. */
export function verifyStore(path: string): Promise<{ ok: boolean; said: string }> {
  return verifyEngine(['--engine', `sqlite:${path}`]);
}

/** The same of any store, which is named as on the command line. */
export function verifyEngine(named: readonly string[]): Promise<{ ok: boolean; said: string }> {
  const args = ['verify', ...named, '--quiet'];
  return new Promise((resolve) => {
    execFile(HOLDFAST, args, (error, stdout, stderr) => {
      resolve({ ok: error === null, said: `${stdout}${stderr}`.trim().slice(0, 2_000) });
    });
  });
}

/** A file with its write-ahead log. */
function sizeMb(path: string): number {
  const bytes = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (bytes(path) + bytes(`${path}-wal`)) / MB;
}

/** How many connections to a port of this machine are accepted, and closed by nobody. */
function openConnections(port: number): number {
  const [, ...rows] = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n');
  const ESTABLISHED = '01';
  return rows.filter((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    // What still waits to be accepted has no inode.
    return (
      Number.parseInt(local.split(':')[1]!, 16) === port && state === ESTABLISHED && inode !== '0'
    );
  }).length;
}
