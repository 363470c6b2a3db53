// Waiting rooms in Redis, for several servers: one line and one count of passes, whichever server a buyer came to. All
// keys of a sale are in one slot. Loses nobody's place with them: who shows a signed place stands there again.

import { createHash } from 'node:crypto';
import { HoldfastError } from '../../errors.ts';
import { LandmarkLine } from './landmarks.ts';
import { ROOM_KEYS, ROOM_SCRIPTS, type RoomVerb } from './room-script.ts';
import {
  heartbeatEveryMs,
  type Joining,
  learnForMs,
  type Place,
  type PlaceEnd,
  ROOM_KEPT_MS,
  type RoomRule,
  type Rooms,
  STEP_MAX,
  type Standing,
  SWEPT_MAX,
  type Turn,
} from './rooms.ts';

export interface RedisRoomsOptions {
  /** Over a connection that stays its owner's. */
  send: (...command: string[]) => Promise<unknown>;
  /** Servers with the same one share their rooms. */
  prefix: string;
  /** Added to Redis's clock: for tests, in which time passes when they say so. */
  aheadMs?: () => number;
}

const SUMS = Object.fromEntries(
  Object.entries(ROOM_SCRIPTS).map(([verb, text]) => [
    verb,
    createHash('sha1').update(text).digest('hex'),
  ]),
) as Record<RoomVerb, string>;

type Value = string | number;
/** `[state, ahead | leftMs | reason, id, rank, learned]`. */
type Told = [state: unknown, what: unknown, id: unknown, rank: unknown, isLearned: unknown];

export class RedisRooms implements Rooms {
  readonly #send: RedisRoomsOptions['send'];
  readonly #prefix: string;
  readonly #aheadMs: () => number;

  constructor({ send, prefix, aheadMs = () => 0 }: RedisRoomsOptions) {
    this.#send = send;
    this.#prefix = prefix;
    this.#aheadMs = aheadMs;
  }

  async join(rule: RoomRule, { buyer, id, lot }: Joining): Promise<Standing | undefined> {
    const told = (await this.#run('join', rule, [buyer, id, lot, rule.sizeMax])) as Told | null;
    return told === null ? undefined : standingOf(told, buyer);
  }

  async seen(rule: RoomRule, places: readonly Place[]): Promise<Standing[]> {
    const standings: Standing[] = [];
    for (let first = 0; first < places.length; first += STEP_MAX) {
      const some = places.slice(first, first + STEP_MAX);
      const values = some.flatMap(({ id, buyer, rank }) => [id, buyer, rank]);
      const told = (await this.#run('seen', rule, values)) as Told[];
      for (const [index, one] of told.entries())
        standings.push(standingOf(one, some[index]!.buyer));
    }
    return standings;
  }

  async end(rule: RoomRule, id: string, reason: 'used' | 'left'): Promise<void> {
    await this.#run('end', rule, [id, reason]);
  }

  async used(rule: RoomRule): Promise<number> {
    return Number(await this.#run('used', rule, []));
  }

  async turn(rule: RoomRule, known: { passesMax: number; used: number }): Promise<Turn> {
    const most = [STEP_MAX, ROOM_KEPT_MS, heartbeatEveryMs(rule), rule.sizeMax, SWEPT_MAX];
    const values = [rule.passForMs, known.passesMax, known.used, ...most];
    const told = (await this.#run('turn', rule, values)) as [number, number, string, string[]];
    const [waiting, free, admittedTo, ranks] = told;
    const line = new LandmarkLine({
      waiting: Number(waiting),
      ranks: ranks.map(Number),
      admittedTo: Number(admittedTo),
    });
    return {
      waiting: line.waiting,
      free: Number(free),
      isUnfinished: Number(free) > 0 && line.waiting > 0,
      aheadOf: (rank) => line.aheadOf(rank),
    };
  }

  /** @throws HoldfastError `unavailable` */
  async #run(verb: RoomVerb, rule: RoomRule, values: readonly Value[]): Promise<unknown> {
    const keys = ROOM_KEYS.map((name) => `{${this.#prefix}:${rule.sale}}:room:${name}`);
    const of = [rule.isOpen ? 1 : 0, rule.isNew ? 1 : 0, rule.awayAfterMs, learnForMs(rule)];
    const rest = [keys.length, ...keys, ...of, this.#aheadMs(), ...values].map(String);
    try {
      return await this.#send('EVALSHA', SUMS[verb], ...rest).catch((error) => {
        // Nothing was done: Redis has forgotten the script, or never heard of it.
        if (!String((error as Error).message).includes('NOSCRIPT')) throw error;
        return this.#send('EVAL', ROOM_SCRIPTS[verb], ...rest);
      });
    } catch (error) {
      throw new HoldfastError('unavailable', `the waiting room: ${(error as Error).message}`);
    }
  }
}

function standingOf([state, what, id, rank, isLearned]: Told, buyer: string): Standing {
  const place = { id: String(id), buyer, rank: Number(String(rank)) };
  const shown = { place, isLearned: Number(isLearned) === 1 };
  switch (String(state)) {
    case 'WAITING':
      return { ...shown, state: 'WAITING', ahead: Number(what) };
    case 'ADMITTED':
      return { ...shown, state: 'ADMITTED', leftMs: Number(what) };
    default:
      return { ...shown, state: 'OVER', reason: String(what) as PlaceEnd };
  }
}
