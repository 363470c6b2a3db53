// A server process on a folder of files or a schema, behind the proxy: started, paused, killed at a moment or at a
// named point, and started again whenever it is gone. Says when it is up; judges nothing.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient } from '../crash/http-client.ts';
import type { Random } from '../crash/random.ts';
import { type Program, SERVE, ServerProcess, verifyFiles } from '../crash/server-process.ts';
import { type FreshSchema, freshSchema } from '../support/postgres.ts';
import {
  isPostgres,
  LOCKING_OF,
  type PostgresName,
  withLocking,
} from '../support/postgres-kind.ts';
import { CuttingProxy } from './cutting-proxy.ts';

const READY_MAX_MS = 60_000;
const POINTS = ['before-append', 'after-append', 'before-reply'];
const PAUSE_MAX_MS = 40;

export interface ServedOptions {
  /** The memory engine survives no death, so it meets none. */
  engine: 'memory' | 'sqlite' | PostgresName;
  directory: string;
  random: Random;
  program?: Program;
  /** Added to the server's environment. */
  env?: Record<string, string>;
}

export class ServedFiles {
  readonly proxy: CuttingProxy;
  /** Resolves when a server is ready. */
  up: Promise<void> = Promise.resolve();
  deaths = 0;
  pauses = 0;
  /** How far the clock of a server may have been behind ours. */
  clockBehindMs = 0;
  readonly #options: ServedOptions;
  readonly #schema: FreshSchema | undefined;
  #server: ServerProcess | undefined;
  #closing = false;

  private constructor(options: ServedOptions, proxy: CuttingProxy, schema?: FreshSchema) {
    this.#options = options;
    this.proxy = proxy;
    this.#schema = schema;
  }

  static async open(options: ServedOptions): Promise<ServedFiles> {
    const faults = { random: options.random.branch(), perMille: 60, lateMaxMs: 15, on: false };
    const schema = isPostgres(options.engine) ? await freshSchema() : undefined;
    const served = new ServedFiles(options, await CuttingProxy.open(faults), schema);
    served.up = served.#start();
    await served.up;
    return served;
  }

  async #start(): Promise<void> {
    const { random, program = SERVE, engine, env } = this.#options;
    const dies =
      engine === 'sqlite' && random.chance(0.4)
        ? `${random.pick(POINTS)}:${random.whole(30, 250)}`
        : '';
    const server = await ServerProcess.start({
      program,
      env: { ...this.#environment(), ...env, HOLDFAST_CRASH_AT: dies },
    });
    this.#server = server;
    this.proxy.targetPort = server.port;
    const ready = await server.ready(READY_MAX_MS);
    void server.exited.then(() => this.#died(server));
    if (ready === undefined && server.running) throw new Error(`not ready: ${server.stderr}`);
    if (ready === undefined && server.exitCode) throw new Error(server.stderr);
    if (isPostgres(engine)) await this.#compareClocks(server.port);
  }

  /**
   * A server of a database goes by the database's clock, and is behind it by the way of its first answer until it
   * asks again. It is nearer at any later time.
   */
  async #compareClocks(port: number): Promise<void> {
    const client = new HttpClient(port);
    const ask = (method: 'PUT' | 'POST', path: string, body: object) =>
      client.send({ method, path, body });
    await ask('PUT', '/v1/pools/clock', {});
    await ask('POST', '/v1/pools/clock/receive', { quantity: 1 });
    const lines = [{ pool: 'clock', quantity: 1 }];
    const { body } = await ask('POST', '/v1/reservations', { lines });
    const behindMs = Date.now() - Date.parse(String(body.updatedAt));
    this.clockBehindMs = Math.max(this.clockBehindMs, behindMs);
    client.close();
  }

  #died(server: ServerProcess): void {
    if (this.#closing || server !== this.#server) return;
    this.deaths += 1;
    this.up = this.#start();
    this.up.catch(() => {});
  }

  /**
   * Until the server answers. `up` is not enough after a request that broke: connections to one that dies end before
   * its exit is seen, by milliseconds on a busy machine, and each request until then ends at once.
   */
  async answering(): Promise<void> {
    for (;;) {
      await this.up;
      const server = this.#server!;
      if ((await server.ready(READY_MAX_MS)) !== undefined) return;
      if (server.running) throw new Error(`it does not answer: ${server.stderr}`);
    }
  }

  /** Dies now, as by `kill -9`; comes up again by itself. */
  async kill(): Promise<void> {
    if (this.#options.engine === 'memory') return;
    await this.#server!.kill();
  }

  async pause(): Promise<void> {
    const server = this.#server!;
    this.pauses += 1;
    server.pause();
    await delay(this.#options.random.whole(5, PAUSE_MAX_MS));
    server.goOn();
  }

  /** Stops in good order; what the product's own verification finds then. */
  async close(): Promise<string | undefined> {
    await this.up;
    this.#closing = true;
    await this.#server!.stop();
    this.proxy.close();
    if (this.#options.engine === 'memory') return undefined;
    const wrong = await verifyFiles(this.#environment());
    await this.#schema?.drop();
    return wrong;
  }

  #environment(): Record<string, string> {
    const { directory, engine } = this.#options;
    const file = `sqlite:${join(directory, 'journal.db')}`;
    const address = isPostgres(engine) && withLocking(this.#schema!.address, LOCKING_OF[engine]);
    return {
      HOLDFAST_ENGINE: address || (engine === 'memory' ? 'memory:' : file),
    };
  }
}
