// A crowd of buyers in a sale, with arrivals that do not wait for answers: each attempt is sent when it is due, and
// its time counts from then. What cannot be sent in time is dropped and counted. Counts; judges nothing.

import { randomUUID } from 'node:crypto';
import { Connection } from '../../src/bench/http/connection.ts';
import { Random } from '../../test/crash/random.ts';
import { type CrowdPlan, type CrowdSize, planCrowd } from './crowd-plan.ts';
import { loopbackPorts } from './loopback.ts';
import { Payments } from './payments.ts';
import { type LoadResult, Seconds } from './seconds.ts';

export interface CrowdOptions extends CrowdSize {
  urls: readonly string[];
  sale: string;
  pool: string;
  connections: number;
  holdForSeconds: number;
  /** An attempt that could not be sent for so long is dropped. */
  lateMsMax?: number;
  /** Until so many orders are paid, those who want one come again when the plan is through, for so long at most. */
  lingers?: { untilPaid: number; forMs: number };
}

export interface CrowdResult extends LoadResult {
  /** Fell due while the same buyer's last attempt was under way: nobody tries twice at once. */
  overtaken: number;
  /** Each refusal for want of units: when it was asked for, and when answered, by the wall clock. */
  soldOutAskedMs: Float64Array;
  soldOutAnsweredMs: Float64Array;
}

const TICK_MS = 1;
const CONNECTIONS_MAX = 4_000;
/** Buyers pay within this share of the time that they have. */
const PAYS_WITHIN = 0.3;
/** What a buyer is doing. */
const WANTS = 0;
const ASKS = 1;
const HAS = 2;

/** @throws RangeError for what is no loopback address, or more than a run may be. */
export async function runCrowd(
  options: CrowdOptions,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<CrowdResult> {
  const ports = loopbackPorts(options.urls);
  const { connections } = options;
  if (!(connections >= ports.length && connections <= CONNECTIONS_MAX)) {
    throw new RangeError(`connections: ${ports.length} to ${CONNECTIONS_MAX}`);
  }
  const plan = planCrowd(options);
  const payments = await Payments.open(ports);
  const lines: Line[] = [];
  for (let index = 0; index < connections; index += 1) {
    const port = ports[index % ports.length]!;
    lines.push({ port, connection: await Connection.open(port) });
  }
  const crowd = new Crowd(options, { plan, payments, lines });
  return crowd.run(onProgress);
}

interface Line {
  port: number;
  connection: Connection;
}

interface Parts {
  plan: CrowdPlan;
  payments: Payments;
  lines: Line[];
}

class Crowd {
  readonly #options: CrowdOptions;
  readonly #plan: CrowdPlan;
  readonly #payments: Payments;
  readonly #idle: Line[];
  readonly #seconds = new Seconds();
  readonly #state: Uint8Array;
  readonly #pause: Random;
  readonly #asked: number[] = [];
  readonly #answered: number[] = [];
  readonly #found = { failed: 0, overtaken: 0, notPaid: 0, lastAnswerMs: 0 };
  readonly #head: string;
  #next = 0;
  #underWay = 0;
  #startMs = 0;
  /** The plan counts from here: from the start, or from when it began anew. */
  #beganMs = 0;

  constructor(options: CrowdOptions, { plan, payments, lines }: Parts) {
    this.#options = options;
    this.#plan = plan;
    this.#payments = payments;
    this.#idle = lines;
    this.#state = new Uint8Array(options.buyers);
    this.#pause = new Random(options.seed + 1);
    this.#head =
      `POST /v1/sales/${options.sale}/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${this.#body(0).length}\r\nIdempotency-Key: `;
  }

  async run(onProgress: (done: number, total: number) => void): Promise<CrowdResult> {
    const total = this.#plan.dueMs.length;
    const lines = [...this.#idle];
    const startedAtMs = Date.now();
    this.#startMs = performance.now();
    while (this.#next < total || this.#underWay > 0 || this.#beginAnew()) {
      this.#sendDue();
      onProgress(this.#next, total);
      if (this.#idle.length + this.#underWay === 0) throw new Error('every connection was cut');
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await this.#payments.end();
    for (const { connection } of lines) connection.close();
    return {
      startedAtMs,
      lastAnswerMs: this.#found.lastAnswerMs,
      bySecond: this.#seconds.all(),
      p50Ms: this.#seconds.quantile(0.5),
      p99Ms: this.#seconds.quantile(0.99),
      paid: this.#payments.paid,
      notPaid: this.#payments.late + this.#payments.unknown,
      failed: this.#found.failed,
      overtaken: this.#found.overtaken,
      soldOutAskedMs: Float64Array.from(this.#asked),
      soldOutAnsweredMs: Float64Array.from(this.#answered),
    };
  }

  /** While somebody may still buy. */
  #beginAnew(): boolean {
    const { seconds, lingers } = this.#options;
    const nowMs = performance.now() - this.#startMs;
    const isOver = lingers === undefined || nowMs > seconds * 1_000 + lingers.forMs;
    if (isOver || this.#payments.paid >= lingers.untilPaid) return false;
    this.#beganMs = nowMs;
    this.#next = 0;
    return true;
  }

  /** Sends what is due while a connection is free; the rest waits, and its waiting counts. */
  #sendDue(): void {
    const { dueMs, buyer: buyers } = this.#plan;
    const lateMsMax = this.#options.lateMsMax ?? 1_000;
    const nowMs = performance.now() - this.#startMs;
    while (this.#next < dueMs.length && this.#beganMs + dueMs[this.#next]! <= nowMs) {
      const due = this.#beganMs + dueMs[this.#next]!;
      const buyer = buyers[this.#next]!;
      const state = this.#state[buyer]!;
      if (state === WANTS) {
        const isLate = nowMs - due > lateMsMax;
        if (!isLate && this.#idle.length === 0) return;
        this.#seconds.arrived(due);
        if (isLate) this.#seconds.dropped(due);
        else this.#try(buyer, due);
      } else if (state === ASKS) this.#found.overtaken += 1;
      this.#next += 1;
    }
  }

  #try(buyer: number, dueMs: number): void {
    const line = this.#idle.shift()!;
    this.#state[buyer] = ASKS;
    this.#underWay += 1;
    const askedAtMs = Date.now();
    const request = `${this.#head}${randomUUID()}\r\n\r\n${this.#body(buyer)}`;
    line.connection.send(request, (status, connection) => {
      const nowMs = performance.now() - this.#startMs;
      this.#underWay -= 1;
      this.#state[buyer] = WANTS;
      this.#found.lastAnswerMs = nowMs;
      if (status !== 0) this.#idle.push(line);
      if (status === 202) {
        this.#seconds.answered(dueMs, nowMs - dueMs, undefined);
        if (this.#plan.pays[buyer] === 1) this.#pays(buyer, line.port, connection.replyId);
      } else if (status === 409 || status === 429 || status === 503) {
        const code = connection.replyCode;
        this.#seconds.answered(dueMs, nowMs - dueMs, code);
        if (code === 'insufficient-stock') {
          this.#asked.push(askedAtMs);
          this.#answered.push(Date.now());
        }
      } else this.#found.failed += 1;
      this.#sendDue();
    });
  }

  #pays(buyer: number, port: number, order: string): void {
    const { holdForSeconds } = this.#options;
    const afterMs = holdForSeconds * 1_000 * PAYS_WITHIN * this.#pause.fraction();
    this.#state[buyer] = HAS;
    this.#payments.pay({ order, port, afterMs }, (isPaid) => {
      if (!isPaid) this.#state[buyer] = WANTS;
    });
  }

  /** All of one length. */
  #body(buyer: number): string {
    const { pool, holdForSeconds } = this.#options;
    const name = `buyer-${String(buyer).padStart(7, '0')}`;
    return `{"buyer":"${name}","lines":[{"pool":"${pool}","quantity":1}],"holdFor":"${holdForSeconds}s"}`;
  }
}
