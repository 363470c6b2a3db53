// Servers of one store in Redis, each with a line of its own to it, and what they stand on: a Redis that is at its
// address, copies of it, PostgreSQL. Does to them what a round says; expects nothing.

import { freshSchema, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { Link } from '../quota/link.ts';
import { SERVE, ServerProcess, verifyFiles } from '../server-process.ts';

const READY_MAX_MS = 120_000;
const POLL_MS = 20;
const SYNCED_MAX_MS = 60_000;
/** Every command gets its answer: the machine may be busy with other things. */
const PROGRAM = [...SERVE, '--shed-after-ms', '60000'];

export class ServedStore {
  readonly servers: ServerProcess[] = [];
  readonly #lines: Link[] = [];
  readonly #ports: number[] = [];
  readonly #postgres: PostgresServer;
  readonly #env: Record<string, string>;
  readonly record: string;
  readonly #slots: number;
  redis: RedisServer;

  private constructor(postgres: PostgresServer, redis: RedisServer, asked: Asked) {
    this.#postgres = postgres;
    this.redis = redis;
    this.record = asked.record;
    this.#slots = asked.slots;
    this.#env = { HOLDFAST_RECORD: asked.record, HOLDFAST_LEASE: `${asked.leaseMs}ms` };
  }

  static async start({ servers, ...asked }: { servers: number; leaseMs: number; slots: number }) {
    const postgres = await startPostgres();
    const { address: record } = await freshSchema(postgres.address);
    const store = new ServedStore(postgres, await startRedis(), { record, ...asked });
    for (let server = 0; server < servers; server += 1) {
      store.#lines.push(await Link.open());
      store.#point(server);
      await store.startServer(server);
    }
    return store;
  }

  /** Of the store, where it is at present. */
  get address(): string {
    return this.#over(this.redis.address);
  }

  get postgres(): Pick<PostgresServer, 'stop' | 'restart'> {
    return this.#postgres;
  }

  async startServer(server: number, env: Record<string, string> = {}): Promise<void> {
    const HOLDFAST_ENGINE = this.#over(`redis://127.0.0.1:${this.#lines[server]!.port}`);
    const asked = { program: PROGRAM, env: { ...this.#env, HOLDFAST_ENGINE, ...env } };
    const port = this.#ports[server];
    const started = await ServerProcess.start(port === undefined ? asked : { ...asked, port });
    this.#ports[server] = started.port;
    this.servers[server] = started;
    // One that is to die may do so before it is ready.
    if (env.HOLDFAST_CRASH_AT !== undefined) return;
    if ((await started.ready(READY_MAX_MS)) === undefined) {
      throw new Error(`server ${server} did not become ready: ${started.stderr}`);
    }
  }

  /** A replica that has all that there is. */
  async replica(): Promise<RedisServer> {
    const replica = await startRedis();
    await ask(replica.address, ['REPLICAOF', '127.0.0.1', new URL(this.redis.address).port]);
    const startMs = performance.now();
    while (performance.now() - startMs < SYNCED_MAX_MS) {
      const info = String(await ask(replica.address, ['INFO', 'replication']));
      if (info.includes('master_link_status:up')) return replica;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error('the replica has no link to its master');
  }

  /** What answers at the address of these servers from now on. */
  turnTo(redis: RedisServer, servers: readonly number[]): void {
    this.redis = redis;
    for (const server of servers) this.#point(server);
  }

  /** What speaks against what is recorded. */
  verify(): Promise<string | undefined> {
    return verifyFiles({ ...this.#env, HOLDFAST_ENGINE: this.address });
  }

  async remove(): Promise<void> {
    for (const server of this.servers) if (server.running) await server.kill();
    for (const line of this.#lines) line.close();
    await this.redis.remove();
    await this.#postgres.remove();
  }

  #over(redis: string): string {
    return this.#slots === 1 ? redis : `${redis}?slots=${this.#slots}`;
  }

  #point(server: number): void {
    const line = this.#lines[server]!;
    line.state = 'cut';
    line.targetPort = Number(new URL(this.redis.address).port);
    line.state = 'open';
  }
}

interface Asked {
  record: string;
  leaseMs: number;
  slots: number;
}
