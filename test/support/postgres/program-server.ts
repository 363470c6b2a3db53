// A PostgreSQL server that runs on programs of this machine: its data, its socket and its log are in
// a temporary folder, it listens on the loopback alone, and it dies with the process that started it.
// Touches no other server's data.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from '../free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { unprivileged } from './account.ts';
import { childrenOf } from './children.ts';
import {
  addressOn,
  atProcessEnd,
  type PostgresServer,
  READY_MAX_MS,
  type Settings,
  settingArguments,
  untilReady,
} from './server.ts';

const STOP_MAX_MS = 60_000;
const POLL_MS = 20;
const LOG_END_CHARS = 2_000;
/** Part of every Debian; ends the server even where this process is killed. */
const SETPRIV = '/usr/bin/setpriv';
/** What goes away by itself: the memory of processes that are still dying. */
const PASSING = /pre-existing shared memory block/;

export class ProgramServer implements PostgresServer {
  readonly address: string;
  readonly #programs: string;
  readonly #folder = temporaryFolder('postgres');
  readonly #arguments: string[];
  readonly #how = { ...unprivileged(), env: environment(), cwd: '/' };
  readonly #forget: () => void;
  #child: ChildProcess | undefined;

  private constructor(programs: string, port: number, settings: Settings) {
    this.#programs = programs;
    this.address = addressOn(port);
    const own = { listen_addresses: '127.0.0.1', unix_socket_directories: this.#folder, port };
    this.#arguments = ['-D', this.#data, ...settingArguments({ ...settings, ...own })];
    this.#forget = atProcessEnd(() => this.#endAtOnce());
  }

  static async start(programs: string, settings: Settings): Promise<ProgramServer> {
    const server = new ProgramServer(programs, await lastingPort(), settings);
    try {
      server.#initialise();
      await server.restart();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  async stop(how: 'fast' | 'immediate'): Promise<void> {
    await this.#end(() => this.#child?.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT'));
  }

  /** Its first process is held up meanwhile, so that none is born that is not counted. */
  async kill(): Promise<void> {
    await this.#end((child) => {
      child.kill('SIGSTOP');
      const children = childrenOf(child.pid!);
      child.kill('SIGKILL');
      for (const pid of children) killIfThere(pid);
    });
  }

  async restart(): Promise<void> {
    if (this.#running()) throw new Error('PostgreSQL runs already');
    const startMs = performance.now();
    for (;;) {
      const before = this.#logged().length;
      const child = this.#spawn();
      const died = () => child.exitCode !== null || child.signalCode !== null;
      if (await untilReady(this.address, died)) return;
      const said = this.#logged().slice(before);
      const passing = died() && PASSING.test(said) && performance.now() - startMs < READY_MAX_MS;
      if (!passing) throw new Error(`PostgreSQL did not start:\n${said.slice(-LOG_END_CHARS)}`);
      await delay(POLL_MS);
    }
  }

  log(): string {
    return this.#logged().slice(-LOG_END_CHARS);
  }

  async remove(): Promise<void> {
    if (this.#running()) await this.stop('immediate');
    this.#forget();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  get #logFile(): string {
    return join(this.#folder, 'log');
  }

  #logged(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
  }

  #running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** What it writes need not be on the disk: nothing is lost with it. */
  #initialise(): void {
    const { uid, gid } = this.#how as { uid?: number; gid?: number };
    if (uid !== undefined && gid !== undefined) chownSync(this.#folder, uid, gid);
    const text = ['--encoding=UTF8', '--locale=C'];
    const access = ['--auth=trust', '--username=postgres'];
    const args = ['-D', this.#data, ...text, ...access, '--no-sync'];
    const made = spawnSync(join(this.#programs, 'initdb'), args, {
      ...this.#how,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
  }

  /** Not held by the event loop: a test file that is done ends, and the server with it. */
  #spawn(): ChildProcess {
    const log = openSync(this.#logFile, 'a');
    const command = [join(this.#programs, 'postgres'), ...this.#arguments];
    if (existsSync(SETPRIV)) command.unshift(SETPRIV, '--pdeathsig', 'QUIT');
    const [program, ...args] = command;
    const child = spawn(program!, args, { ...this.#how, stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    this.#child = child;
    return child;
  }

  async #end(act: (child: ChildProcess) => void): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#running()) throw new Error('PostgreSQL does not run');
    child.ref();
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MAX_MS) });
    act(child);
    await exited.catch((cause) => {
      throw new Error(`PostgreSQL did not end:\n${this.log()}`, { cause });
    });
  }

  /** With `pg_ctl`, which waits: the folder is removed next. */
  #endAtOnce(): void {
    if (!this.#running()) return;
    const args = ['stop', '-D', this.#data, '-m', 'immediate', '-w'];
    spawnSync(join(this.#programs, 'pg_ctl'), args, { ...this.#how, stdio: 'ignore' });
  }
}

/** Without the variables that move the programs' defaults. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
