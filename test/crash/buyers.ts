// Many buyers at once on a few pools: they reserve, confirm, cancel, extend, return and receive,
// each command under its own random key, until the server is gone. What they were answered goes
// into the log; they judge nothing.

import { randomUUID } from 'node:crypto';
import type { AcknowledgedLog } from './acknowledged-log.ts';
import { askOf, type Command, type Line } from './command.ts';
import type { Sender } from './http-client.ts';
import { Random } from './random.ts';

/** Where a store has parts, those whose ids say so live in them. */
export const POOLS = ['tea', 'coffee', 'north:cocoa', 'north:honey', 'south:salt'];

const HOLD_MS = 900_000;
/** Some carts run out while the run goes on, before, during and after a crash. */
const SHORT_HOLD_MS = [100, 300, 1_000, 3_000];
/** Carts of earlier rounds that each buyer finds again, to confirm after a crash what was before it. */
const CARTS_KEPT = 6;

export interface Shop {
  client: Sender;
  log: AcknowledgedLog;
}

/** Lets buyers shop until each has met a broken connection or `stop` says so. */
export async function shop(
  { client, log }: Shop,
  { random, buyers, stop }: { random: Random; buyers: number; stop: AbortSignal },
): Promise<void> {
  const held = random.sample(log.inState('HELD'), buyers * CARTS_KEPT);
  const sold = random.sample(log.inState('CONFIRMED'), buyers * CARTS_KEPT);
  const all = Array.from({ length: buyers }, (_, index) => {
    const buyer = new Buyer({ client, log }, new Random(random.whole(0, 2 ** 31)), {
      name: `b${index}`,
      held: held.filter((_, cart) => cart % buyers === index),
      sold: sold.filter((_, cart) => cart % buyers === index),
    });
    return buyer.shop(stop);
  });
  await Promise.all(all);
}

interface Belongings {
  name: string;
  held: string[];
  sold: string[];
}

class Buyer {
  readonly #shop: Shop;
  readonly #random: Random;
  readonly #mine: Belongings;

  constructor(shop: Shop, random: Random, mine: Belongings) {
    this.#shop = shop;
    this.#random = random;
    this.#mine = mine;
  }

  async shop(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const group = this.#next();
      const answers = await Promise.all(group.map((command) => this.#send(command)));
      if (answers.includes(false)) return;
    }
  }

  /** False: no answer came. */
  async #send(command: Command): Promise<boolean> {
    const { client, log } = this.#shop;
    try {
      const reply = await client.send(askOf(command));
      const accepted = log.answered(command, reply);
      if (command.verb === 'reserve' && accepted) this.#mine.held.push(String(reply.body.id));
      if (command.verb === 'confirm' && accepted) this.#mine.sold.push(command.reservation);
      return true;
    } catch {
      log.lost(command);
      return false;
    }
  }

  /** One command, or several at the same moment. */
  #next(): Command[] {
    const random = this.#random;
    const { held, sold } = this.#mine;
    const key = randomUUID();
    const dice = random.whole(1, 100);
    if (dice <= 4) {
      return [{ verb: 'receive', key, pool: random.pick(POOLS), quantity: random.whole(1, 60) }];
    }
    if (dice <= 8 && sold.length > 0) {
      const reservation = random.pick(sold);
      return [{ verb: 'return', key, reservation, lines: [this.#oneUnitOf(reservation)] }];
    }
    if (dice <= 55 || held.length === 0) {
      const command = this.#reserve(key);
      return dice <= 10 ? [command, command] : [command];
    }
    const reservation = random.pick(held);
    if (dice <= 65) return [{ verb: 'extend', key, reservation, holdForMs: HOLD_MS * 2 }];
    this.#mine.held = held.filter((id) => id !== reservation);
    if (dice <= 70) return this.#rivals(key, reservation);
    return [{ verb: dice <= 88 ? 'confirm' : 'cancel', key, reservation }];
  }

  /** Confirm and cancel at once, twice each: exactly one may win. */
  #rivals(key: string, reservation: string): Command[] {
    return [
      { verb: 'confirm', key, reservation },
      { verb: 'cancel', key: randomUUID(), reservation },
      { verb: 'confirm', key: randomUUID(), reservation },
      { verb: 'cancel', key: randomUUID(), reservation },
    ];
  }

  #reserve(key: string): Command {
    const random = this.#random;
    const lines: Line[] = Array.from({ length: random.whole(1, 3) }, () => ({
      pool: random.pick(POOLS),
      quantity: random.whole(1, 3),
    }));
    const holdForMs = random.chance(0.1) ? random.pick(SHORT_HOLD_MS) : HOLD_MS;
    return { verb: 'reserve', key, lines, holdForMs, buyer: this.#mine.name };
  }

  #oneUnitOf(reservation: string): Line {
    const { lines } = this.#shop.log.reservations.get(reservation)!;
    return { pool: this.#random.pick(lines).pool, quantity: 1 };
  }
}
