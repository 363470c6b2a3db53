// The line of one room in the memory of one server. What redis-rooms does in Redis this does here, case for case:
// both pass the same tests. Its time is given with each call.

import {
  heartbeatEveryMs,
  type Joining,
  learnForMs,
  type Place,
  type PlaceEnd,
  type RoomRule,
  STEP_MAX,
  type Standing,
  SWEPT_MAX,
  type Turn,
} from './rooms.ts';
import { SortedLine } from './sorted-line.ts';

/** Lots are below, arrivals above. */
const LOTS = 2 ** 48;

interface Known extends Place {
  seenMs: number;
  /** It stands in the line; else it is away, or has its pass, or is over. */
  isWaiting: boolean;
}

export class MemoryRoom {
  readonly #line = new SortedLine<Known>();
  /** Of each buyer the place that counts. */
  readonly #buyers = new Map<string, Known>();
  /** Where the look for those who may be forgotten has come to. */
  #sweeping = this.#buyers.values();
  readonly #waiting = new Map<string, Known>();
  /** Passes that are out: until when. */
  readonly #passes = new Map<string, number>();
  readonly #over = new Map<string, PlaceEnd>();
  readonly #quietUntilMs: number;
  #turnedMs: number | undefined;
  /** Until then whoever is silent may not have been able to show themselves, and is waited for. */
  #patientUntilMs = 0;
  #hasOpened = false;
  #used = 0;
  #lastRank = 0;
  /** The last rank that was let in: whoever has one up to it may have been. */
  #admittedTo = -1;

  constructor(rule: RoomRule, nowMs: number) {
    this.#quietUntilMs = rule.isNew ? 0 : nowMs + learnForMs(rule);
  }

  get used(): number {
    return this.#used;
  }

  join(joining: Joining, { isOpen, sizeMax }: RoomRule, nowMs: number): Standing | undefined {
    const { buyer, id, lot } = joining;
    this.#hasOpened ||= isOpen;
    const known = this.#buyers.get(buyer);
    if (known !== undefined && !this.#isOver(known.id, nowMs)) return this.#show(known, nowMs);
    if (known === undefined && this.#buyers.size >= sizeMax) return undefined;
    const rank = this.#hasOpened ? Math.max(this.#lastRank + 1, Math.floor(nowMs * 1_000)) : lot;
    return this.#learn({ id, buyer, rank }, nowMs, false);
  }

  seen(place: Place, nowMs: number): Standing {
    const { id, buyer, rank } = place;
    const reason = this.#isOver(id, nowMs);
    if (reason !== undefined) return { place, isLearned: false, state: 'OVER', reason };
    const own = this.#buyers.get(buyer);
    if (own === undefined || this.#isOver(own.id, nowMs)) return this.#learn(place, nowMs, true);
    if (own.id === id || this.#passes.has(own.id) || own.rank <= rank)
      return this.#show(own, nowMs);
    this.#leaveLine(own);
    return this.#learn(place, nowMs, true);
  }

  end(id: string, reason: 'used' | 'left'): void {
    if (this.#passes.delete(id) && reason === 'used') this.#used += 1;
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) this.#leaveLine(waiting);
    this.#over.set(id, reason);
  }

  turn(rule: RoomRule, known: { passesMax: number; used: number }, nowMs: number): Turn {
    this.#hasOpened ||= rule.isOpen;
    if (nowMs - (this.#turnedMs ?? nowMs) > heartbeatEveryMs(rule)) {
      this.#patientUntilMs = nowMs + learnForMs(rule);
    }
    this.#turnedMs = nowMs;
    this.#sweep(rule);
    for (const [id, untilMs] of this.#passes) if (untilMs <= nowMs) this.#lapse(id);
    const awayMs = nowMs - rule.awayAfterMs;
    const isHere = ({ seenMs }: Known) => seenMs > awayMs;
    const isPatient = nowMs < this.#patientUntilMs;
    if (!isPatient) for (const away of this.#line.keep(isHere)) this.#forget(away);
    const isQuiet = nowMs < this.#quietUntilMs || !this.#hasOpened;
    const most = known.passesMax - this.#passes.size - (this.#used - known.used);
    const free = isQuiet ? 0 : Math.max(0, most);
    const admitted: Known[] = [];
    const count = Math.min(free, STEP_MAX);
    if (!isPatient) admitted.push(...this.#line.takeFirst(count));
    while (isPatient && admitted.length < count && this.#line.first && isHere(this.#line.first)) {
      admitted.push(...this.#line.takeFirst(1));
    }
    for (const place of admitted) {
      this.#forget(place);
      this.#passes.set(place.id, nowMs + rule.passForMs);
      this.#admittedTo = Math.max(this.#admittedTo, place.rank);
    }
    const isWaitedFor = isPatient && this.#line.length > 0 && admitted.length < count;
    const left = isWaitedFor ? 0 : free - admitted.length;
    return {
      waiting: this.#line.length,
      free: left,
      isUnfinished: left > 0 && this.#line.length > 0,
      aheadOf: (rank) => this.#aheadOf(rank),
    };
  }

  #sweep({ sizeMax }: RoomRule): void {
    for (const id of this.#over.keys()) {
      if (this.#over.size <= sizeMax) break;
      this.#over.delete(id);
    }
    if (this.#buyers.size <= sizeMax / 2) return;
    for (let looked = 0; looked < SWEPT_MAX; looked += 1) {
      const { value: place } = this.#sweeping.next();
      if (place === undefined) {
        this.#sweeping = this.#buyers.values();
        return;
      }
      if (!place.isWaiting && !this.#passes.has(place.id)) this.#buyers.delete(place.buyer);
    }
  }

  #aheadOf(rank: number): number | undefined {
    const { first } = this.#line;
    if (first === undefined || rank < first.rank || rank <= this.#admittedTo) return undefined;
    return this.#line.indexOf({ rank, id: '' });
  }

  #show(place: Known, nowMs: number): Standing {
    const { id, buyer, rank } = place;
    const shown = { place: { id, buyer, rank }, isLearned: false };
    const untilMs = this.#passes.get(id);
    if (untilMs !== undefined) return { ...shown, state: 'ADMITTED', leftMs: untilMs - nowMs };
    place.seenMs = nowMs;
    this.#enterLine(place);
    return { ...shown, state: 'WAITING', ahead: this.#line.indexOf(place) };
  }

  #learn(place: Place, nowMs: number, isLearned: boolean): Standing {
    const known = { ...place, seenMs: nowMs, isWaiting: false };
    // Arrivals of one moment keep their order, and those after a clock that was set back.
    if (place.rank >= LOTS) this.#lastRank = Math.max(this.#lastRank, place.rank);
    this.#buyers.set(place.buyer, known);
    return { ...this.#show(known, nowMs), isLearned };
  }

  /** A pass whose time is over ends its place as soon as somebody looks. */
  #isOver(id: string, nowMs: number): PlaceEnd | undefined {
    const untilMs = this.#passes.get(id);
    if (untilMs !== undefined && untilMs <= nowMs) this.#lapse(id);
    return this.#over.get(id);
  }

  #lapse(id: string): void {
    this.#passes.delete(id);
    this.#over.set(id, 'lapsed');
  }

  #enterLine(place: Known): void {
    if (place.isWaiting) return;
    place.isWaiting = true;
    this.#waiting.set(place.id, place);
    this.#line.add(place);
  }

  #leaveLine(place: Known): void {
    if (place.isWaiting) this.#line.remove(place);
    this.#forget(place);
  }

  #forget(place: Known): void {
    place.isWaiting = false;
    this.#waiting.delete(place.id);
  }
}
