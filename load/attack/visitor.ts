// Somebody who comes to a sale under a name and from somewhere: takes a place, waits, solves, buys. Honest buyers and
// those who attack are the same here; what they do with it is written elsewhere.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Asked, Door, From, Reply } from './door.ts';
import { type Challenge, packed } from './proof-of-work.ts';
import type { Solver } from './solver.ts';

/** Of the run, and another one beside it. */
export const SALE = 'drop';
export const OTHER_SALE = 'other';
export const HOME = 'kettle';

export interface Buying {
  pass?: string | undefined;
  solution?: string | undefined;
  buyer?: string;
  quantity?: number;
  holdFor?: string;
  key?: string;
  at?: number;
  from?: From;
  sale?: string;
}

export interface Come {
  buyer: string;
  from: From;
  sale?: string;
  at?: number;
  /** Default: that of those who attack. */
  solver?: Solver;
}

/** What somebody met who could not do what anybody may. */
export class TurnedAway extends Error {
  readonly reply: Reply;

  constructor(step: string, reply: Reply) {
    super(`${step}: ${reply.status} ${reply.code}`);
    this.reply = reply;
  }
}

const WAIT_MAX_MS = 240_000;
const TRIES_MAX = 60;
const TRIES_LATE_MAX = 5;

export class Visitor {
  readonly door: Door;
  readonly buyer: string;
  readonly from: From;
  readonly sale: string;
  /** The server that they come to; the run has one or two. */
  readonly at: number;
  place = '';
  readonly #solver: Solver;
  /** How often, because the servers had too much to do. */
  askedAgain = 0;

  constructor(door: Door, visitor: Come) {
    const { buyer, from, sale = SALE, at = 0, solver = door.solver } = visitor;
    this.door = door;
    this.#solver = solver;
    this.buyer = buyer;
    this.from = from;
    this.sale = sale;
    this.at = at;
  }

  askForPlace(): Promise<Reply> {
    const { buyer, from, at } = this;
    return this.#ask({ path: `/v1/sales/${this.sale}/places`, body: { buyer }, from, at });
  }

  /** @throws TurnedAway */
  async join(): Promise<void> {
    const reply = await this.askForPlace();
    if (reply.status !== 201) throw new TurnedAway('join', reply);
    this.place = reply.body.place;
  }

  /** Joins and waits until let in, anew where the pass lapsed before it was seen. */
  async enter(everyMs = 1_000): Promise<string> {
    for (;;) {
      if (this.place === '') await this.join();
      const told = await this.waitForPass(everyMs);
      if (told !== undefined) return told;
      this.place = '';
    }
  }

  /** Shows the place until it is let in; undefined where its pass has lapsed, or was used. @throws TurnedAway */
  async waitForPass(everyMs: number): Promise<string | undefined> {
    const untilMs = performance.now() + WAIT_MAX_MS;
    for (;;) {
      const shown = await this.show();
      if (shown.code.startsWith('place-over')) return undefined;
      if (shown.status !== 200) throw new TurnedAway('place', shown);
      if (shown.body.pass !== undefined) return shown.body.pass;
      if (performance.now() > untilMs) throw new TurnedAway('place: never let in', shown);
      await wait(everyMs);
    }
  }

  show(from: From = this.from, place = this.place): Promise<Reply> {
    const path = `/v1/sales/${this.sale}/places/heartbeat`;
    return this.#ask({ path, body: { place }, from, at: this.at });
  }

  /** @throws TurnedAway */
  async challenge(from: From = this.from): Promise<Challenge> {
    const path = `/v1/sales/${this.sale}/challenge?buyer=${encodeURIComponent(this.buyer)}`;
    const reply = await this.#ask({ method: 'GET', path, from, at: this.at });
    if (reply.status !== 200) throw new TurnedAway('challenge', reply);
    return reply.body;
  }

  async solution(): Promise<string> {
    const challenge = await this.challenge();
    return packed(challenge, await this.#solver.solve(challenge));
  }

  async solutions(count: number): Promise<string[]> {
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) found.push(await this.solution());
    return found;
  }

  /** @param once takes whatever is answered first, as an honest buyer does here */
  buy(buying: Buying = {}, once = false): Promise<Reply> {
    const { pass, solution: challenge, quantity = 1, holdFor = '10m' } = buying;
    const { buyer = this.buyer, at = this.at, from = this.from, sale = this.sale } = buying;
    const { key = randomUUID() } = buying;
    const asked = {
      path: `/v1/sales/${sale}/checkout`,
      body: { buyer, pass, challenge, lines: [{ pool: HOME, quantity }], holdFor },
      ...{ from, at, key },
    };
    return once ? this.door.ask(asked) : this.#ask(asked);
  }

  /** As anybody does who came too late with what was good: solves or waits once more, and tries again. */
  async buyInTheEnd(buying: Buying): Promise<Reply> {
    const shown = { ...buying };
    for (let triesLeft = TRIES_LATE_MAX; ; triesLeft -= 1) {
      const reply = await this.buy(shown);
      if (triesLeft === 0) return reply;
      if (reply.code === 'challenge-failed:expired') shown.solution = await this.solution();
      else if (reply.code === 'not-admitted') shown.pass = await this.enter();
      else return reply;
    }
  }

  /** Again, a second after each 503, as a page does: it says nothing of who asks. */
  async #ask(asked: Asked): Promise<Reply> {
    const key = asked.key ?? randomUUID();
    for (let triesLeft = TRIES_MAX; ; triesLeft -= 1) {
      const reply = await this.door.ask({ ...asked, key });
      if (reply.status !== 503 || triesLeft === 0) return reply;
      this.askedAgain += 1;
      await wait(1_000);
    }
  }
}
