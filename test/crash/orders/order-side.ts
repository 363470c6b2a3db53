// One store with its servers, its provider and its buyers, over all rounds: buyers shop, somebody dies, all
// come back, and when it is calm both books must agree.

import { setTimeout as delay } from 'node:timers/promises';
import { type Faults, NO_FAULTS } from '../../../src/payment-simulator/faults.ts';
import type { Random } from '../random.ts';
import type { Shopping } from './buyer-deeds.ts';
import { LineBuyer } from './line-buyers.ts';
import { OrderBooks, TOLD } from './order-books.ts';
import { OrderBuyer } from './order-buyers.ts';
import { layDown, refill, SHARED } from './order-goods.ts';
import { billOf, OrderLog } from './order-log.ts';
import type { RoundPlan } from './order-plan.ts';
import { OrderSums } from './order-sums.ts';
import { OrderWorld, SERVERS, type WorldOptions } from './order-world.ts';
import { ShopStaff } from './shop-staff.ts';
import { StageBuyer } from './stage-buyers.ts';

/** Who is about in a round. */
const CROWD = [
  ...[OrderBuyer, OrderBuyer, OrderBuyer, OrderBuyer],
  ...[StageBuyer, StageBuyer, StageBuyer, LineBuyer, LineBuyer, LineBuyer],
  ...[ShopStaff, ShopStaff],
];
/** A server that was away for more than 5 s lets nothing fall due for 60 s. */
const CALM_MAX_MS = 150_000;
const POLL_MS = 100;
/** For a named step while a server finds out what the one before has left. */
const AGAIN_WAIT_MS = 1_500;

export class OrderSide {
  readonly world: OrderWorld;
  readonly log = new OrderLog();
  readonly books: OrderBooks;
  readonly sums: OrderSums;
  readonly deaths: Record<string, number> = {};
  /** How often a server died at each named step. */
  readonly points: Record<string, number> = {};
  providerDeaths = 0;
  slowestCalmMs = 0;
  #round = 0;
  readonly #random: Random;

  private constructor(world: OrderWorld, random: Random) {
    this.world = world;
    this.books = new OrderBooks(world);
    this.sums = new OrderSums(world, this.books, this.log);
    this.#random = random;
  }

  static async open(options: WorldOptions, random: Random): Promise<OrderSide> {
    const world = await OrderWorld.open(options);
    try {
      const side = new OrderSide(world, random);
      await side.#begin();
      return side;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** What is wrong after it. */
  async round(plan: RoundPlan): Promise<string[]> {
    await this.#shopUntilDeath(plan);
    await this.#comeBack(plan);
    const problems = await this.#calm();
    this.#round += 1;
    if (problems.length === 0) await this.#refill();
    return problems;
  }

  async #begin(): Promise<void> {
    const { world } = this;
    await world.startServer(0);
    await layDown(world);
    const { url } = world.receiver;
    const events = TOLD.map((kind) => `${kind}.*`);
    await world.command('PUT', '/v1/webhooks/erp', { url, events });
    await this.#refill();
  }

  async #refill(): Promise<void> {
    const codes = await refill(this.world, this.#round);
    this.log.codes = [...Object.keys(SHARED), ...codes];
  }

  async #shopUntilDeath(plan: RoundPlan): Promise<void> {
    const { world, log } = this;
    await world.setFaults(this.#faults());
    await this.#startAll(plan);
    const victim = world.servers[plan.victim]!;
    const stop = new AbortController();
    const shopping = CROWD.map((Person, number) => {
      const { alive } = world;
      const sender = world.client(alive[number % Math.max(1, alive.length)] ?? 0);
      const its = { sender, log, random: this.#random.branch(), stop: stop.signal };
      return live(new Person(its), its);
    });
    const provider = this.#killProvider(plan);
    await Promise.race([victim.exited, delay(plan.shopMs, undefined, { signal: stop.signal })]);
    this.#died(plan, victim.running);
    if (victim.running) await victim.kill();
    stop.abort();
    await Promise.all([...shopping, provider]);
  }

  async #startAll({ victim, crashAt }: RoundPlan): Promise<void> {
    const { world } = this;
    if (world.servers[victim]?.running) await world.servers[victim]!.kill();
    for (let index = 0; index < SERVERS[world.store]; index += 1) {
      if (index !== victim && !world.servers[index]?.running) await world.startServer(index);
    }
    await world.startServer(victim, crashAt);
  }

  #died({ at, crashAt }: RoundPlan, killed: boolean): void {
    const named = crashAt !== undefined;
    count(this.deaths, named ? (killed ? 'missed' : 'named') : 'random');
    if (named && !killed) count(this.points, at);
  }

  async #killProvider({ provider }: RoundPlan): Promise<void> {
    if (provider === undefined) return;
    await delay(provider.afterMs);
    await this.world.killSimulator();
    this.providerDeaths += 1;
    await delay(provider.awayMs);
    await this.world.startSimulator();
  }

  /** Servers come back; the dead one may die again while it clears up. */
  async #comeBack({ victim, again, leftDead }: RoundPlan): Promise<void> {
    const { world } = this;
    if (again !== undefined) {
      await world.startServer(victim, again);
      const server = world.servers[victim]!;
      await Promise.race([server.exited, delay(AGAIN_WAIT_MS)]);
      if (!server.running) {
        count(this.deaths, 'again');
        count(this.points, again.split(':')[0]!);
      }
      await server.kill();
    }
    if (!leftDead) await world.startServer(victim);
    await world.setFaults(NO_FAULTS);
  }

  /** Whoever was told nothing asks again; then both books must come to agree. */
  async #calm(): Promise<string[]> {
    const startMs = performance.now();
    let problems = await this.#askAndAdd();
    while (problems.length > 0 && performance.now() - startMs < CALM_MAX_MS) {
      // What was wrong at a moment that is over is never put right.
      if (this.books.wrong.length > 0) break;
      await delay(POLL_MS);
      problems = await this.#askAndAdd();
    }
    this.slowestCalmMs = Math.max(this.slowestCalmMs, Math.round(performance.now() - startMs));
    return problems;
  }

  async #askAndAdd(): Promise<string[]> {
    const { world, log, sums } = this;
    const client = world.client(world.alive[0]!);
    for (const ask of [...log.unknown.values()]) {
      const reply = await log.send(client, ask);
      const bill = reply && billOf(reply);
      if (bill !== undefined && this.#random.chance(0.5)) log.late.push(bill);
    }
    for (const payment of log.asking) {
      const path = `/v1/payments/${payment}/refresh`;
      const reply = await client.send({ method: 'POST', path, body: {} }).catch(() => undefined);
      // Without the provider's word he still does not know.
      if (reply !== undefined && reply.status < 400) log.asking.delete(payment);
    }
    const unknown = [...log.unknown.keys()].map((key) => `${key} stays unknown`);
    return [...unknown, ...(await sums.problems(this.#round))];
  }

  #faults(): Faults {
    const random = this.#random;
    const share = (most: number) => (random.chance(0.3) ? 0 : random.fraction() * most);
    return {
      callbackLost: share(0.4),
      callbackDelayed: share(0.5),
      callbackDoubled: share(0.5),
      callbackReordered: share(0.5),
      callbackForged: share(0.3),
      answerLost: share(0.3),
      answer5xx: share(0.3),
      answerSlow: share(0.3),
      callbackDelayMs: [10, 1_000],
      answerSlowMs: [10, 300],
    };
  }
}

/** One after another, until no answer comes or `stop` says so. */
async function live(person: { live(): Promise<boolean> }, { stop }: Shopping): Promise<void> {
  let goesOn = true;
  while (goesOn && !stop.aborted) goesOn = await person.live();
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
