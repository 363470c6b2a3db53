// What the buyers of a sale were told: where their places stood whenever they showed them, and which orders they made.
// Written down as it was said; judges nothing.

/** One answer about a place. Times are of this process's monotonic clock. */
export interface PlaceLook {
  buyer: string;
  askedMs: number;
  answeredMs: number;
  id: string;
  rank: number;
  state: 'WAITING' | 'ADMITTED';
  /** Until when its pass is good, by the wall clock. */
  untilMs?: number;
}

export type OrderEnd = 'open' | 'paid' | 'cancelled' | 'expired' | 'lost-held';

export interface ToldOrder {
  id: string;
  buyer: string;
  quantity: number;
  /** With which it can be asked for again. */
  key: string;
  body: object;
  end: OrderEnd;
}

/** Something was away from one moment to another. */
export interface Outage {
  fromMs: number;
  toMs: number;
}

export class SaleLog {
  readonly looks: PlaceLook[] = [];
  readonly orders = new Map<string, ToldOrder>();
  readonly outages: Outage[] = [];
  readonly lost: string[] = [];
  readonly wrong: string[] = [];
  readonly counts = {
    commands: 0,
    /** Answers that left the outcome open; the same was asked again until it was known. */
    unknown: 0,
    refused: 0,
    /** Orders that a store in Redis had only held when it was killed, and may lose. */
    lostHeld: 0,
    /** Passes whose time was over before their buyers came to use them. */
    lapsed: 0,
    /** Refusals since an order that was shown as run out may be held once more. */
    liveAgain: 0,
  };

  /** What a place says of itself, as whoever has it can read. */
  static read(token: string): { id: string; rank: number } {
    const [body] = token.split('.') as [string];
    return JSON.parse(Buffer.from(body, 'base64url').toString());
  }
}
