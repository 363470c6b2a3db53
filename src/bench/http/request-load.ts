// Load over many connections, and what came back: closed (each connection asks again once it was
// answered) or steady (so many a second, however slow the answers are; the time counts from when a
// request was to be sent). Counts and times; judges nothing.

import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from './connection.ts';

export interface Measured {
  seconds: number;
  accepted: number;
  /** Refused for business reasons: 409; or limited, or not admitted: 429. */
  refused: number;
  /** Turned away under load: 503. */
  shed: number;
  /** Anything else, cut connections among them. */
  failed: number;
  /** Of what was accepted or refused: turning away is quick and would make the rest look so. */
  latenciesMs: number[];
  /** When each of these requests was to be sent, by the wall clock. */
  startedAtMs: number[];
  /** Reservations, or orders, that were made. */
  ids: string[];
  /** The share of one processor that the load itself took. */
  loadShare: number;
}

export class RequestLoad {
  readonly #connections: Connection[];

  private constructor(connections: Connection[]) {
    this.#connections = connections;
  }

  static async open(port: number, connections: number): Promise<RequestLoad> {
    const opened: Connection[] = [];
    // One after another: a server's backlog is shorter than a crowd.
    for (let index = 0; index < connections; index += 1) opened.push(await Connection.open(port));
    return new RequestLoad(opened);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  async closed(next: () => string, forMs: number): Promise<Measured> {
    const measuring = new Measuring();
    const untilMs = performance.now() + forMs;
    await Promise.all(
      this.#connections.map(
        (connection) =>
          new Promise<void>((resolve) => {
            const ask = () => {
              const startMs = performance.now();
              connection.send(next(), (status) => {
                measuring.add({ status, connection, startMs });
                if (performance.now() < untilMs && status !== 0) ask();
                else resolve();
              });
            };
            ask();
          }),
      ),
    );
    return measuring.end();
  }

  /**
   * Sends each request until it was answered with that status, again where it was turned away under load.
   *
   * @throws Error when one is answered otherwise.
   */
  async each(next: () => string | undefined, wanted: number): Promise<void> {
    await Promise.all(
      this.#connections.map(async (connection) => {
        for (let request = next(); request !== undefined; request = next()) {
          const status = await answered(connection, request);
          if (status !== wanted) throw new Error(`the server answered ${status}, not ${wanted}`);
        }
      }),
    );
  }

  /** Begins at once and goes on until it is stopped. */
  steady(next: () => string, perSecond: number): SteadyLoad {
    return new SteadyLoad({ connections: this.#connections, next, perSecond });
  }
}

const PAUSE_MS = 20;

async function answered(connection: Connection, request: string): Promise<number> {
  while (true) {
    const { promise, resolve } = Promise.withResolvers<number>();
    connection.send(request, resolve);
    const status = await promise;
    if (status !== 503) return status;
    await wait(PAUSE_MS);
  }
}

interface SteadyOptions {
  connections: readonly Connection[];
  next: () => string;
  perSecond: number;
}

const TICK_MS = 1;

export class SteadyLoad {
  readonly #options: SteadyOptions;
  readonly #measuring = new Measuring();
  readonly #idle: Connection[];
  readonly #beganMs = performance.now();
  #endsMs = Number.POSITIVE_INFINITY;
  #sent = 0;
  #underWay = 0;
  #resolve: ((measured: Measured) => void) | undefined;

  constructor(options: SteadyOptions) {
    this.#options = options;
    this.#idle = [...options.connections];
    this.#tick();
  }

  /** Reservations accepted so far. */
  get accepted(): number {
    return this.#measuring.accepted;
  }

  /** Nothing more falls due; what is, is sent, and waited for. */
  stop(): Promise<Measured> {
    this.#endsMs = performance.now();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  #tick = (): void => {
    this.#sendDue();
    // Nothing under way after that: all is answered, or every connection was cut.
    if (this.#resolve !== undefined && this.#underWay === 0) {
      this.#resolve(this.#measuring.end());
    } else setTimeout(this.#tick, TICK_MS);
  };

  #dueMs(): number {
    return this.#beganMs + (this.#sent * 1_000) / this.#options.perSecond;
  }

  /** Sends what is due while a connection is free; the rest waits, and its waiting counts. */
  #sendDue(): void {
    const nowMs = Math.min(performance.now(), this.#endsMs);
    while (this.#idle.length > 0) {
      const startMs = this.#dueMs();
      if (startMs > nowMs) return;
      this.#sent += 1;
      this.#underWay += 1;
      const connection = this.#idle.pop()!;
      connection.send(this.#options.next(), (status) => {
        this.#measuring.add({ status, connection, startMs });
        this.#underWay -= 1;
        if (status === 0) return;
        this.#idle.push(connection);
        this.#sendDue();
      });
    }
  }
}

/** A reservation is 201; an order, whose money is still to come, 202. */
function isMade(status: number): boolean {
  return status === 201 || status === 202;
}

function isRefused(status: number): boolean {
  return status === 409 || status === 429;
}

interface Reply {
  status: number;
  connection: Connection;
  startMs: number;
}

class Measuring {
  accepted = 0;
  readonly #found = { refused: 0, shed: 0, failed: 0 };
  readonly #latenciesMs: number[] = [];
  readonly #startedAtMs: number[] = [];
  readonly #ids: string[] = [];
  readonly #beganMs = performance.now();
  readonly #processor = process.cpuUsage();

  add({ status, connection, startMs }: Reply): void {
    if (isMade(status) || isRefused(status)) {
      this.#latenciesMs.push(performance.now() - startMs);
      this.#startedAtMs.push(performance.timeOrigin + startMs);
    }
    if (isMade(status)) {
      this.accepted += 1;
      this.#ids.push(connection.replyId);
    } else if (isRefused(status)) this.#found.refused += 1;
    else if (status === 503) this.#found.shed += 1;
    else this.#found.failed += 1;
  }

  end(): Measured {
    const seconds = (performance.now() - this.#beganMs) / 1_000;
    const { user, system } = process.cpuUsage(this.#processor);
    return {
      seconds,
      accepted: this.accepted,
      ...this.#found,
      latenciesMs: this.#latenciesMs,
      startedAtMs: this.#startedAtMs,
      ids: this.#ids,
      loadShare: (user + system) / 1e6 / seconds,
    };
  }
}
