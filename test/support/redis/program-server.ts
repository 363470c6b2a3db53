// A Redis that runs on a program of this machine: its data and its log are in a temporary folder, it listens
// on the loopback alone, and it dies with the process that started it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fastFolder } from '../fast-folder.ts';
import { lastingPort } from '../free-port.ts';
import { atProcessEnd } from '../postgres/server.ts';
import { type RedisServer, type RedisSettings, settingArguments, untilReady } from './server.ts';

const STOP_MAX_MS = 60_000;
const LOG_END_CHARS = 2_000;
/** Part of every Debian; ends the server even where this process is killed. */
const SETPRIV = '/usr/bin/setpriv';

export class RedisProgram implements RedisServer {
  readonly address: string;
  readonly #program: string;
  readonly #folder = fastFolder('redis');
  readonly #arguments: string[];
  readonly #forget: () => void;
  #child: ChildProcess | undefined;

  private constructor(program: string, port: number, settings: RedisSettings) {
    this.#program = program;
    this.address = `redis://127.0.0.1:${port}`;
    const own = { port: String(port), bind: '127.0.0.1', dir: this.#folder, daemonize: 'no' };
    this.#arguments = settingArguments({ ...settings, ...own });
    this.#forget = atProcessEnd(() => this.#child?.kill('SIGKILL'));
  }

  static async start(program: string, settings: RedisSettings): Promise<RedisProgram> {
    const server = new RedisProgram(program, await lastingPort(), settings);
    try {
      await server.restart();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async restart(): Promise<void> {
    if (this.#running()) throw new Error('Redis runs already');
    const child = this.#spawn();
    const died = () => child.exitCode !== null || child.signalCode !== null;
    if (!(await untilReady(this.address, died))) {
      throw new Error(`Redis did not start:\n${this.log()}`);
    }
  }

  log(): string {
    const text = existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
    return text.slice(-LOG_END_CHARS);
  }

  async remove(): Promise<void> {
    if (this.#running()) await this.kill();
    this.#forget();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #logFile(): string {
    return join(this.#folder, 'log');
  }

  #running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Not held by the event loop: a test file that is done ends, and the server with it. */
  #spawn(): ChildProcess {
    const log = openSync(this.#logFile, 'a');
    const command = [this.#program, ...this.#arguments];
    if (existsSync(SETPRIV)) command.unshift(SETPRIV, '--pdeathsig', 'KILL');
    const [program, ...args] = command;
    const child = spawn(program!, args, { stdio: ['ignore', log, log], cwd: this.#folder });
    closeSync(log);
    child.unref();
    this.#child = child;
    return child;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#running()) throw new Error('Redis does not run');
    child.ref();
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MAX_MS) });
    child.kill('SIGCONT');
    child.kill(signal);
    await exited.catch((cause) => {
      throw new Error(`Redis did not end:\n${this.log()}`, { cause });
    });
  }
}
