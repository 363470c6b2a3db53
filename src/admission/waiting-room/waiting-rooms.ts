// The waiting rooms of a shop's sales: gives places and passes, hears signs of life, and lets in those whose turn it
// is, in turns of half a second. Who stands where is the keeper's to know (rooms.ts), what is left the shop's.

import { setImmediate as nextLoop } from 'node:timers/promises';
import type { PlaceView } from './place-view.ts';
import type { RoomTokens } from './room-tokens.ts';
import {
  heartbeatEveryMs,
  type Place,
  type RoomRule,
  type Rooms,
  type Standing,
  type Turn,
} from './rooms.ts';
import { SharedTurn } from './shared-turn.ts';
import { type Watcher, type WatcherSink, Watchers } from './watchers.ts';

/** What rooms ask of the shop. */
export interface RoomShop {
  nowMs(): number;
  newId(): string;
  /** Of a sale that has a room and is not over. */
  rule(sale: string): RoomRule | undefined;
  rules(): readonly RoomRule[];
  /** Units that the sale has left, as decided last. */
  available(sale: string): Promise<number>;
  /** Which of these passes have been used: there is an order of their id. */
  ordered(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface WaitingRoomsOptions {
  rooms: Rooms;
  tokens: RoomTokens;
  shop: RoomShop;
  /** Told when a keeper or the stock does not answer; the next turn tries again. */
  onError?: (error: unknown) => void;
}

/** A unit that comes back lets somebody in within one of these. */
const TURN_EVERY_MS = 500;
/** Places that are asked for and shown in one go, which takes about 10 ms: each is signed. */
const ASKED_AT_ONCE = 1_000;

export class WaitingRooms {
  readonly #its: WaitingRoomsOptions;
  readonly #turns = new Map<string, SharedTurn<Turn | undefined>>();
  readonly #watchers = new Map<string, Watchers>();
  /** Passes that nobody waited for at the last turn. */
  readonly #free = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isTicking = false;

  constructor(options: WaitingRoomsOptions) {
    this.#its = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.#isTicking) void this.tick();
    }, TURN_EVERY_MS).unref();
  }

  /** Ends every stream; those who held one come back to another server, with their places. */
  close(): void {
    clearInterval(this.#timer);
    for (const watchers of this.#watchers.values()) watchers.end();
  }

  rule(sale: string): RoomRule | undefined {
    return this.#its.shop.rule(sale);
  }

  /** How many watch. */
  get watching(): number {
    let count = 0;
    for (const { size } of this.#watchers.values()) count += size;
    return count;
  }

  /** The place of a buyer, whose pass is given at once where there is one to give. Undefined: the room is full. */
  async join(rule: RoomRule, buyer: string): Promise<PlaceView | undefined> {
    const { rooms, tokens, shop } = this.#its;
    const { sale } = rule;
    const joining = { buyer, id: shop.newId(), lot: tokens.lot(sale, buyer) };
    const standing = await rooms.join(rule, joining);
    if (standing === undefined) return undefined;
    const mayEnter = standing.state === 'WAITING' && rule.isOpen && this.#free.get(sale) !== 0;
    if (!mayEnter) return this.#view(rule, standing);
    await this.#turn(sale).catch((error) => this.#its.onError?.(error));
    return this.heartbeat(rule, standing.place);
  }

  /** A sign of life; says how it stands. */
  async heartbeat(rule: RoomRule, place: Place): Promise<PlaceView> {
    const [view] = await this.#ask(rule, [place]);
    return view!;
  }

  async leave(rule: RoomRule, place: Place): Promise<void> {
    await this.#its.rooms.end(rule, place.id, 'left');
  }

  /** An order was made with a pass: another may be given, if there is something left. */
  async used(rule: RoomRule, id: string): Promise<void> {
    await this.#its.rooms.end(rule, id, 'used');
  }

  /** Tells a sink how a place stands until it is closed; whoever opened it must close it. */
  watch(rule: RoomRule, place: Place, sink: WatcherSink): () => void {
    const { sale } = rule;
    const watchers = this.#watchers.get(sale) ?? new Watchers();
    this.#watchers.set(sale, watchers);
    const watcher = watchers.add(place, sink, this.#its.shop.nowMs());
    this.#askFor(rule, watchers, [watcher]).catch(() => watchers.endOne(watcher));
    return () => watchers.remove(watcher);
  }

  /** A turn of every room. */
  async tick(): Promise<void> {
    this.#isTicking = true;
    try {
      await Promise.all(this.#its.shop.rules().map((rule) => this.#turnOf(rule)));
      this.#endThoseOver();
    } finally {
      this.#isTicking = false;
    }
  }

  // ── Turns ─────────────────────────────────────────────────────────────────────────────────────

  /** Those who watch are alive: that is known before anybody is passed over. */
  async #turnOf(rule: RoomRule): Promise<void> {
    const { shop } = this.#its;
    const watchers = this.#watchers.get(rule.sale);
    try {
      const silent = watchers?.silentSince(shop.nowMs() - heartbeatEveryMs(rule)) ?? [];
      if (silent.length > 0) await this.#askFor(rule, watchers!, silent);
      const line = await this.#turn(rule.sale);
      if (watchers === undefined || line === undefined) return;
      const unknown = await watchers.tell(line, shop.nowMs());
      await this.#askFor(rule, watchers, unknown);
    } catch (error) {
      this.#its.onError?.(error);
    }
  }

  #turn(sale: string): Promise<Turn | undefined> {
    let shared = this.#turns.get(sale);
    if (shared === undefined) {
      shared = new SharedTurn(() => this.#letIn(sale));
      this.#turns.set(sale, shared);
    }
    return shared.run();
  }

  async #letIn(sale: string): Promise<Turn | undefined> {
    const { rooms, shop } = this.#its;
    for (;;) {
      const rule = shop.rule(sale);
      if (rule === undefined) return undefined;
      // In this order: see Rooms.turn.
      const used = await rooms.used(rule);
      const passesMax = rule.isOpen ? rule.multiple * (await shop.available(sale)) : 0;
      const turn = await rooms.turn(rule, { passesMax, used });
      // Before the opening there were none to give, which says nothing of what there is after it.
      if (rule.isOpen) this.#free.set(sale, turn.free);
      if (!turn.isUnfinished) return turn;
    }
  }

  /** Their sales are closed, or have no room any more. */
  #endThoseOver(): void {
    for (const [sale, watchers] of this.#watchers) {
      if (this.#its.shop.rule(sale) === undefined) {
        watchers.close();
        this.#turns.delete(sale);
        this.#free.delete(sale);
      }
      if (watchers.size === 0) this.#watchers.delete(sale);
    }
  }

  // ── How places are shown ──────────────────────────────────────────────────────────────────────

  async #askFor(rule: RoomRule, watchers: Watchers, asked: readonly Watcher[]): Promise<void> {
    for (let first = 0; first < asked.length; first += ASKED_AT_ONCE) {
      const some = asked.slice(first, first + ASKED_AT_ONCE);
      const places = some.map(({ place }) => place);
      const standings = await this.#standings(rule, places);
      const nowMs = this.#its.shop.nowMs();
      for (const [index, watcher] of some.entries()) {
        const standing = standings[index]!;
        watcher.place = standing.place;
        watcher.askedMs = nowMs;
        watchers.show(watcher, this.#view(rule, standing), nowMs);
      }
      if (first + ASKED_AT_ONCE < asked.length) await nextLoop();
    }
  }

  async #ask(rule: RoomRule, places: readonly Place[]): Promise<PlaceView[]> {
    const standings = await this.#standings(rule, places);
    return standings.map((standing) => this.#view(rule, standing));
  }

  /** A place that was not known, of which an order was made long ago, is over. */
  async #standings(rule: RoomRule, places: readonly Place[]): Promise<Standing[]> {
    const { rooms, shop } = this.#its;
    const standings = await rooms.seen(rule, places);
    const learned = standings.filter(({ isLearned }) => isLearned).map(({ place }) => place.id);
    if (learned.length === 0) return standings;
    const ordered = await shop.ordered(learned);
    for (const id of ordered) await rooms.end(rule, id, 'used');
    return standings.map((standing) => {
      if (!ordered.has(standing.place.id)) return standing;
      return { ...standing, state: 'OVER', reason: 'used' };
    });
  }

  #view(rule: RoomRule, standing: Standing): PlaceView {
    const { tokens, shop } = this.#its;
    const { sale } = rule;
    const { place, state } = standing;
    const shown = {
      place: tokens.place(sale, place),
      state,
      ahead: 0,
      heartbeatEveryMs: heartbeatEveryMs(rule),
    };
    if (standing.state === 'WAITING') return { ...shown, ahead: standing.ahead };
    if (standing.state === 'OVER') return { ...shown, reason: standing.reason };
    const untilMs = Math.floor(shop.nowMs() + standing.leftMs);
    const { id, buyer } = place;
    const pass = tokens.pass({ id, sale, buyer, untilMs });
    return { ...shown, pass, passExpiresAtMs: untilMs };
  }
}
