// What a waiting room asks of whoever keeps its line, in memory or in Redis. Places are signed, and shown again by
// those who have them: a keeper that lost all it knew learns it anew. Types, and the times that follow from a rule.

/** A room as its sale has it at the moment. */
export interface RoomRule {
  sale: string;
  multiple: number;
  passForMs: number;
  awayAfterMs: number;
  /** It sells: from now on nobody draws a lot, and passes are given. */
  isOpen: boolean;
  /** Its sale was made a moment ago: nobody has a place in it that its keeper does not know. */
  isNew: boolean;
  /** So many buyers it knows at most. */
  sizeMax: number;
}

export interface Place {
  /** Its pass has the same id, and so has the order that is made with it: one at most. */
  id: string;
  buyer: string;
  /** The lower comes first. Lots are below 2^48, arrivals are moments in microseconds, far above. */
  rank: number;
}

/** Whose pass was used, was not used in time, or who gave the place up. */
export type PlaceEnd = 'used' | 'lapsed' | 'left';

/** How a buyer stands: by their own place where they have several, which is the first of them. */
export type Standing = { place: Place; isLearned: boolean } & (
  | { state: 'WAITING'; ahead: number }
  | { state: 'ADMITTED'; leftMs: number }
  | { state: 'OVER'; reason: PlaceEnd }
);

/** Where those who wait stand. */
export interface Line {
  waiting: number;
  /** How many stand before this rank, within half a percent; undefined: it may not be in the line, ask for it. */
  aheadOf(rank: number): number | undefined;
}

export interface Turn extends Line {
  /** Passes that may still be given, and nobody waits for. */
  free: number;
  /** There is more to do than one step takes. */
  isUnfinished: boolean;
}

export interface Joining {
  buyer: string;
  /** For a new place. */
  id: string;
  /** For whoever comes before the opening. */
  lot: number;
}

type Later<T> = T | Promise<T>;

export interface Rooms {
  /** The place of a buyer: a new one, or the one that they have. A sign of life. Undefined: the room is full. */
  join(rule: RoomRule, joining: Joining): Later<Standing | undefined>;
  /** Signs of life of those who hold these places; learns the ones that it does not know, full as it may be. */
  seen(rule: RoomRule, places: readonly Place[]): Later<Standing[]>;
  /** Its pass was used, or it was given up. */
  end(rule: RoomRule, id: string, reason: 'used' | 'left'): Later<void>;
  /** How many passes were ever used, to be read before the stock is (see `turn`). */
  used(rule: RoomRule): Later<number>;
  /**
   * Passes over who is away, ends passes whose time is over, and gives passes to the first in line while fewer than
   * `passesMax` are out. What was used since `used` was read still counts as out, because the stock that `passesMax`
   * was made of may not show it: so at the moment at which the stock was read, the multiple was kept.
   *
   * A room that is half full forgets, some with each turn, who is away or over, and one that knows of more ends than
   * buyers how some places ended: their holders have it signed, and the next one to come has nothing but the room.
   */
  turn(rule: RoomRule, known: { passesMax: number; used: number }): Later<Turn>;
}

/** Passes that one step gives at most, and places that it passes over. */
export const STEP_MAX = 1_000;

/** A room that nobody looked at for so long is forgotten. */
export const ROOM_KEPT_MS = 86_400_000;

/** A line of so many in memory takes 250 MB, and each turn of it 50 to 100 ms (two slow cores). */
export const ROOM_SIZE_MAX = 500_000;
/** Buyers that one turn looks at, whether they may be forgotten. */
export const SWEPT_MAX = 5_000;

const HEARTBEAT_MAX_MS = 10_000;

/** How often a place must show itself: thrice in the time after which it is away, at least every ten seconds. */
export function heartbeatEveryMs({ awayAfterMs }: Pick<RoomRule, 'awayAfterMs'>): number {
  return Math.min(HEARTBEAT_MAX_MS, Math.floor(awayAfterMs / 3));
}

/**
 * How long a keeper that knows nothing of a room lets nobody in: by then everybody in it has shown themselves, and
 * nobody overtakes. At most 15 seconds. So long it also waits for whoever is silent and has their turn, where nobody
 * could come to it for longer than places need to show themselves.
 */
export function learnForMs(rule: Pick<RoomRule, 'awayAfterMs'>): number {
  return Math.floor(heartbeatEveryMs(rule) * 1.5);
}
