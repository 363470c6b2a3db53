// The processes of a round: the product's server on files, or two on one PostgreSQL, and the payment
// simulator with its own ledger; each can be killed and comes back at its address. Judges nothing.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Faults } from '../../../src/payment-simulator/faults.ts';
import {
  post,
  type SimulatorProcess,
  startSimulatorProcess,
} from '../../payment-simulator/running.ts';
import { lastingPort } from '../../support/free-port.ts';
import { freshSchema, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { Receiver } from '../../support/receiver.ts';
import { onceThere } from '../../support/shop.ts';
import { type Ask, HttpClient, type Reply } from '../http-client.ts';
import { SERVE, ServerProcess, verifyFiles } from '../server-process.ts';
import type { StoreKind } from './order-plan.ts';

const SECRET = `whsec_${Buffer.from('only for rounds of crashes').toString('base64')}`;
const READY_MAX_MS = 60_000;
/** What a dead process had begun is another's after so long. */
const WORK_WAIT_MS = 400;
/** Every command gets its answer: the machine may be busy with other things. */
const PROGRAM = [...SERVE, '--shed-after-ms', '60000', '--offer-for', '400ms'];
export const SERVERS: Record<StoreKind, number> = { sqlite: 1, postgres: 2 };

export interface WorldOptions {
  store: StoreKind;
  /** An empty folder. */
  directory: string;
  seed: number;
}

export class OrderWorld {
  readonly store: StoreKind;
  readonly servers: ServerProcess[] = [];
  readonly #options: WorldOptions;
  readonly #ports: number[];
  readonly #simulatorPort: number;
  readonly #engine: string;
  readonly #postgres: PostgresServer | undefined;
  readonly #clients: HttpClient[];
  /** Who is told of events: it takes all that comes. */
  readonly receiver: Receiver;
  #simulator: SimulatorProcess | undefined;

  private constructor(
    options: WorldOptions,
    ports: number[],
    parts: { engine: string; postgres: PostgresServer | undefined; receiver: Receiver },
  ) {
    this.store = options.store;
    this.#options = options;
    const [simulatorPort, ...others] = ports;
    this.#simulatorPort = simulatorPort!;
    this.#ports = others;
    this.#engine = parts.engine;
    this.#postgres = parts.postgres;
    this.receiver = parts.receiver;
    this.#clients = others.map((port) => new HttpClient(port));
  }

  static async open(options: WorldOptions): Promise<OrderWorld> {
    const ports: number[] = [];
    while (ports.length <= SERVERS[options.store]) ports.push(await lastingPort());
    const postgres = options.store === 'postgres' ? await startPostgres() : undefined;
    const engine =
      postgres === undefined
        ? `sqlite:${join(options.directory, 'journal.db')}`
        : (await freshSchema(postgres.address)).address;
    const receiver = await Receiver.start();
    const world = new OrderWorld(options, ports, { engine, postgres, receiver });
    await world.startSimulator();
    return world;
  }

  get providerUrl(): string {
    return `http://127.0.0.1:${this.#simulatorPort}`;
  }

  /** Whoever answers. */
  get alive(): number[] {
    return [...this.servers.keys()].filter((index) => this.servers[index]!.running);
  }

  /** The last words of the servers. */
  get stderr(): string {
    return this.servers.map(({ stderr }) => stderr).join('\n');
  }

  client(index: number): HttpClient {
    return this.#clients[index]!;
  }

  /** Starts the server of that number; false: it died at its named point before it was ready. */
  async startServer(index: number, crashAt?: string): Promise<boolean> {
    const env = { ...this.#environment(), ...(crashAt ? { HOLDFAST_CRASH_AT: crashAt } : {}) };
    const server = await ServerProcess.start({ program: PROGRAM, env, port: this.#ports[index]! });
    this.servers[index] = server;
    if ((await server.ready(READY_MAX_MS)) !== undefined) return true;
    if (crashAt !== undefined && !server.running && server.exitCode === undefined) return false;
    throw new Error(`server ${index} did not become ready: ${server.stderr}`);
  }

  async startSimulator(): Promise<void> {
    const { directory, seed } = this.#options;
    const args = ['--data', join(directory, 'ledger.db'), '--seed', String(seed)];
    const at = ['--port', String(this.#simulatorPort), '--secret', SECRET];
    this.#simulator = await startSimulatorProcess([...args, ...at]);
  }

  async killSimulator(): Promise<void> {
    await this.#simulator?.kill();
    this.#simulator = undefined;
  }

  async setFaults(faults: Partial<Faults>): Promise<void> {
    const { status } = await post(`${this.providerUrl}/faults`, faults);
    if (status !== 200) throw new Error(`the simulator takes no faults: ${status}`);
  }

  /** Asks whoever is there, in turn. */
  async ask(path: string): Promise<Reply> {
    return this.client(this.alive[0]!).send({ method: 'GET', path });
  }

  /** A command of the shop itself, while all is calm. @throws when it is refused */
  async command(method: Ask['method'], path: string, body: object): Promise<Reply> {
    const key = randomUUID();
    const reply = await onceThere(() =>
      this.client(this.alive[0]!).send({ method, path, body, key }),
    );
    if (reply.status < 300) return reply;
    throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  /** A command whose answer is a text. */
  async text(method: Ask['method'], path: string, body: object): Promise<string> {
    const headers = { 'Content-Type': 'application/json' };
    const url = `http://127.0.0.1:${this.#ports[this.alive[0]!]}${path}`;
    const reply = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (reply.ok) return reply.text();
    throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  }

  /** What `holdfast verify` finds wrong; of files only while no server has them. */
  async verify(): Promise<string | undefined> {
    if (this.store !== 'sqlite') return verifyFiles(this.#environment());
    await this.killServers();
    const problem = await verifyFiles(this.#environment());
    // After more than 5 s without a server nothing falls due for a minute.
    await this.startServer(0);
    return problem;
  }

  async killServers(): Promise<void> {
    await Promise.all(this.servers.map((server) => (server.running ? server.kill() : undefined)));
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.killServers();
    await this.killSimulator();
    await this.receiver.stop();
    await this.#postgres?.remove();
  }

  #environment(): Record<string, string> {
    return {
      HOLDFAST_ENGINE: this.#engine,
      HOLDFAST_WEBHOOK_PRIVATE: '127.0.0.0/8',
      HOLDFAST_WORK_WAIT_MAX_MS: String(WORK_WAIT_MS),
      HOLDFAST_PAYMENTS: `simulated=${this.providerUrl}`,
      HOLDFAST_PAYMENTS_SECRET_SIMULATED: SECRET,
    };
  }
}
