// One run of the product's server as a child process: starts it on the files, waits until it is
// ready, ends it in one of several ways. What it wrote on stderr is kept for the report. And the
// product's own verification of the files while no server has them.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { lastingPort } from '../support/free-port.ts';
import { HttpClient } from './http-client.ts';
import { TRIGGER_FD } from './power-loss.ts';

/** How the server is started: the program and its arguments, behind the node binary. */
export type Program = readonly string[];

const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

const COMPILED = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled');

/** The product's server; engine and port come from the environment. */
export const SERVE: Program = [CLI, 'serve', '--log-level', 'error'];

export interface StartOptions {
  program: Program;
  /** Added to this process's environment. */
  env: Record<string, string>;
  /** Default: any free one, which nobody who connects meanwhile is given. */
  port?: number;
}

export interface Readiness {
  tookMs: number;
  /** Of that, time on a processor: what it would take on an idle machine, or less. 0: not known. */
  processorMs: number;
}

const POLL_MS = 5;
/** Linux counts in 1/100 s on every architecture that Node.js runs on. */
const MS_PER_TICK = 10;

/** None of them may outlive this process. */
const RUNNING = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of RUNNING) child.kill('SIGKILL');
});

export class ServerProcess {
  readonly port: number;
  readonly exited: Promise<void>;
  stderr = '';
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.exited = once(child, 'exit').then(() => {});
    child.stderr!.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk).slice(-4_000);
    });
    RUNNING.add(child);
    child.once('exit', () => RUNNING.delete(child));
    // A pipe whose reader is dead is what these tests are about.
    (child.stdio[TRIGGER_FD] as Writable).on('error', () => {});
  }

  static async start({ program, env, port: own }: StartOptions): Promise<ServerProcess> {
    const port = own ?? (await lastingPort());
    const child = spawn(process.execPath, [...program], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // As bin/holdfast starts it.
      env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, PORT: String(port), ...env },
    });
    return new ServerProcess(child, port);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Its exit code; undefined while it runs, or when a signal ended it. */
  get exitCode(): number | undefined {
    return this.#child.exitCode ?? undefined;
  }

  /** How long it took to answer that it is ready; undefined when it died or `withinMs` passed. */
  async ready(withinMs: number): Promise<Readiness | undefined> {
    const client = new HttpClient(this.port);
    const startMs = performance.now();
    // Whoever it is that listens there may never answer: then what is asked ends with the process, or in time.
    const late = setTimeout(() => client.close(), withinMs);
    void this.exited.then(() => client.close());
    try {
      while (this.running && performance.now() - startMs < withinMs) {
        const reply = await client.exchange({ method: 'GET', path: '/readyz' }).catch(() => {});
        if (reply?.status === 200) {
          return { tookMs: performance.now() - startMs, processorMs: this.#processorMs() };
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      return undefined;
    } finally {
      clearTimeout(late);
      client.close();
    }
  }

  /** What it has used of all processors so far. */
  #processorMs(): number {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
      const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
      return (Number(user) + Number(system)) * MS_PER_TICK;
    } catch {
      return 0;
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** Stops it where it stands, without its noticing, until `goOn`. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  /** Takes the power away: only for a process under the power-loss model. */
  async cutPower(): Promise<void> {
    (this.#child.stdio[TRIGGER_FD] as Writable).write('x');
    await this.exited;
  }

  /** Asks it to end and waits. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.exited;
  }
}

/** What `holdfast verify` finds wrong with the files, or nothing. */
export async function verifyFiles(env: Record<string, string>): Promise<string | undefined> {
  const options = { env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'verify', '--quiet'], options, (error, stdout, stderr) => {
      resolve(error === null ? undefined : `${stdout}${stderr}`.slice(0, 2_000));
    });
  });
}
