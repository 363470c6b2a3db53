// A Kafka broker that runs on a Java runtime of this machine: its data and its log are in a temporary
// folder, it listens on the loopback alone, its heap is small, and it dies with the process that started
// it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastingPort } from '../free-port.ts';
import { atProcessEnd } from '../postgres/server.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { KafkaPrograms } from './jars.ts';
import { KAFKA_SETTINGS, type KafkaServer, untilKafkaReady } from './server.ts';

const STOP_MAX_MS = 60_000;
const LOG_END_CHARS = 3_000;
/** Part of every Debian; ends the broker even where this process is killed. */
const SETPRIV = '/usr/bin/setpriv';
/** A broker that lives for seconds: no time to compile well, and a collector without threads. */
const JAVA_OPTIONS = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Djava.net.preferIPv4Stack=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

export class ProgramKafka implements KafkaServer {
  readonly address: string;
  readonly #programs: KafkaPrograms;
  readonly #folder = temporaryFolder('kafka');
  readonly #forget: () => void;
  #child: ChildProcess | undefined;

  private constructor(programs: KafkaPrograms, ports: { broker: number; controller: number }) {
    this.#programs = programs;
    this.address = `127.0.0.1:${ports.broker}`;
    const settings = {
      ...KAFKA_SETTINGS,
      listeners: `PLAINTEXT://${this.address},CONTROLLER://127.0.0.1:${ports.controller}`,
      'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
      'log.dirs': join(this.#folder, 'data'),
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(this.#settingsFile, lines.join(''));
    this.#forget = atProcessEnd(() => void this.#child?.kill('SIGKILL'));
  }

  static async start(programs: KafkaPrograms): Promise<ProgramKafka> {
    const ports = { broker: await lastingPort(), controller: await lastingPort() };
    while (ports.controller === ports.broker) ports.controller = await lastingPort();
    const server = new ProgramKafka(programs, ports);
    try {
      server.#format();
      await server.restart();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  async restart(): Promise<void> {
    if (this.#running()) throw new Error('Kafka runs already');
    this.#spawn();
    if (await untilKafkaReady(this.address, () => !this.#running())) return;
    throw new Error(`Kafka did not start:\n${this.log()}`);
  }

  log(): string {
    return existsSync(this.#logFile)
      ? readFileSync(this.#logFile, 'utf8').slice(-LOG_END_CHARS)
      : '';
  }

  async remove(): Promise<void> {
    if (this.#running()) await this.kill();
    this.#forget();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #settingsFile(): string {
    return join(this.#folder, 'server.properties');
  }

  get #logFile(): string {
    return join(this.#folder, 'log');
  }

  #running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  #java(main: string, args: readonly string[]): string[] {
    return [...JAVA_OPTIONS, '-cp', join(this.#programs.jars, '*'), main, ...args];
  }

  #format(): void {
    const bytes = randomBytes(16);
    // A text that begins with a dash would be taken for an option.
    bytes[0]! &= 0x7f;
    const id = bytes.toString('base64url');
    const args = ['format', '-t', id, '-c', this.#settingsFile];
    const made = spawnSync(this.#programs.java, this.#java('kafka.tools.StorageTool', args), {
      encoding: 'utf8',
      cwd: this.#folder,
    });
    if (made.status !== 0) throw new Error(`Kafka's format failed: ${made.stdout}${made.stderr}`);
  }

  /** Not held by the event loop: a test file that is done ends, and the broker with it. */
  #spawn(): void {
    const log = openSync(this.#logFile, 'a');
    const command = [this.#programs.java, ...this.#java('kafka.Kafka', [this.#settingsFile])];
    if (existsSync(SETPRIV)) command.unshift(SETPRIV, '--pdeathsig', 'KILL');
    const [program, ...args] = command;
    const child = spawn(program!, args, { cwd: this.#folder, stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    this.#child = child;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#running()) throw new Error('Kafka does not run');
    child.ref();
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MAX_MS) });
    child.kill(signal);
    await exited.catch((cause) => {
      throw new Error(`Kafka did not end:\n${this.log()}`, { cause });
    });
  }
}
