// The processes under a sale: the product's server on files, or two on one store in Redis with its record in PostgreSQL
// and the line of the sale in the same Redis. Each can be killed and comes back at its address. Judges nothing.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from '../../support/free-port.ts';
import { freshSchema, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { HttpClient } from '../http-client.ts';
import { SERVE, ServerProcess, verifyFiles } from '../server-process.ts';
import type { Outage } from './sale-log.ts';
import type { SaleRound, StoreKind } from './sale-plan.ts';

const READY_MAX_MS = 60_000;
/** A store whose Redis was killed is rebuilt once the old lease has ended. */
const LEASE = '1s';
const DIES_MAX_MS = 3_000;
const AGAIN_AFTER_MS = 100;
/** Every command gets its answer: the machine may be busy with other things. */
const PROGRAM = [...SERVE, '--shed-after-ms', '60000'];

export class ServedSale {
  readonly store: StoreKind;
  readonly #env: Record<string, string>;
  readonly #servers: ServerProcess[] = [];
  readonly #ports: readonly number[];
  readonly #clients: readonly HttpClient[];
  readonly #redis: RedisServer | undefined;
  readonly #postgres: PostgresServer | undefined;

  private constructor(store: StoreKind, ports: number[], behind: Behind) {
    this.store = store;
    this.#ports = ports;
    this.#clients = ports.map((port) => new HttpClient(port));
    this.#env = behind.env;
    this.#redis = behind.redis;
    this.#postgres = behind.postgres;
  }

  static async open(store: StoreKind, directory: string): Promise<ServedSale> {
    const behind = store === 'redis' ? await overRedis() : onFiles(directory);
    const ports = [await lastingPort()];
    if (store === 'redis') ports.push(await lastingPort());
    const served = new ServedSale(store, ports, behind);
    for (const server of ports.keys()) await served.#start(server);
    return served;
  }

  /** Whoever may answer. */
  get clients(): readonly HttpClient[] {
    return this.#clients.filter((_, server) => this.#servers[server]!.running);
  }

  get stderr(): string {
    return this.#servers.map(({ stderr }) => stderr).join('\n');
  }

  /** The next server that dies by itself does so at a named point. */
  async prepare({ fault, crashAt }: SaleRound): Promise<void> {
    if (fault !== 'killed-at-commit') return;
    await this.#servers[0]!.stop();
    await this.#start(0, { HOLDFAST_CRASH_AT: crashAt });
  }

  /** Resolves when all are back; says when what keeps the line was away. */
  async cause({ fault, forMs, server }: SaleRound): Promise<Outage[]> {
    switch (fault) {
      case 'killed-at-commit':
        await Promise.race([this.#servers[0]!.exited, delay(DIES_MAX_MS)]);
        return [await this.#without(() => this.#killServer(0, forMs))];
      case 'killed-twice': {
        const first = await this.#without(() => this.#killServer(0, 0));
        await delay(forMs);
        return [first, await this.#without(() => this.#killServer(0, forMs))];
      }
      case 'killed-in-line':
        return [await this.#without(() => this.#killServer(0, forMs))];
      case 'server-killed': {
        const away = this.#without(() =>
          this.#killServer(this.store === 'redis' ? server : 0, forMs),
        );
        // Another one goes on, and the line is not its own.
        return this.store === 'redis' ? away.then(() => []) : [await away];
      }
      case 'redis-killed':
      case 'redis-killed-in-line':
      case 'redis-away':
        return [await this.#without(() => this.#killRedis(forMs))];
      case 'all-killed':
        return [await this.#without(() => this.#killAll(forMs))];
    }
  }

  /** What `holdfast verify` finds wrong; of files only while no server has them. */
  async verify(): Promise<string | undefined> {
    if (this.store === 'redis') return verifyFiles(this.#env);
    await this.#servers[0]!.stop();
    const problem = await verifyFiles(this.#env);
    await this.#start(0);
    return problem;
  }

  async remove(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const server of this.#servers) if (server.running) await server.kill();
    await this.#redis?.remove();
    await this.#postgres?.remove();
  }

  async #without(gone: () => Promise<void>): Promise<Outage> {
    const fromMs = performance.now();
    await gone();
    return { fromMs, toMs: performance.now() };
  }

  async #killServer(server: number, forMs: number): Promise<void> {
    if (this.#servers[server]!.running) await this.#servers[server]!.kill();
    await delay(forMs);
    await this.#start(server);
  }

  async #killRedis(forMs: number): Promise<void> {
    await this.#redis!.kill();
    await delay(forMs);
    await this.#redis!.restart();
  }

  /** Servers come back before their Redis does, and are started again as often as it takes. */
  async #killAll(forMs: number): Promise<void> {
    await this.#redis!.kill();
    await Promise.all(this.#servers.map((server) => server.kill()));
    const starting = [...this.#ports.keys()].map((server) => this.#start(server));
    await delay(forMs);
    await this.#redis!.restart();
    await Promise.all(starting);
  }

  async #start(server: number, more: Record<string, string> = {}): Promise<void> {
    const untilMs = performance.now() + READY_MAX_MS;
    const env = { ...this.#env, ...more };
    for (;;) {
      const started = await ServerProcess.start({
        program: PROGRAM,
        env,
        port: this.#ports[server]!,
      });
      this.#servers[server] = started;
      if ((await started.ready(READY_MAX_MS)) !== undefined) return;
      if (performance.now() > untilMs) throw new Error(`server ${server}: ${started.stderr}`);
      await delay(AGAIN_AFTER_MS);
    }
  }
}

interface Behind {
  env: Record<string, string>;
  redis?: RedisServer;
  postgres?: PostgresServer;
}

function onFiles(directory: string): Behind {
  return { env: { HOLDFAST_ENGINE: `sqlite:${join(directory, 'journal.db')}` } };
}

async function overRedis(): Promise<Behind> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const { address: record } = await freshSchema(postgres.address);
  const env = {
    HOLDFAST_ENGINE: `${redis.address}?namespace=sale`,
    HOLDFAST_RECORD: record,
    HOLDFAST_ADMISSION: `${redis.address}?name=sale`,
    HOLDFAST_LEASE: LEASE,
  };
  return { env, redis, postgres };
}
