// What the journal tells of each return: its order, its state, and where the units are that it took back.

import { add, type EntryLook, type Units } from './entry-look.ts';

export interface ReturnStory {
  order: string;
  status: string;
  /** Units that came to each account with it; `sold`: less than none, as many as it took back. */
  units: Units;
  /** What it wants refunded, as told when it was closed. */
  wanted: number;
}

const STATES: Record<string, string> = {
  'return.requested': 'REQUESTED',
  'return.returning': 'RETURNING',
  'return.received': 'RECEIVED',
  'return.inspected': 'INSPECTING',
  'return.closed': 'CLOSED',
  'return.cancelled': 'CANCELLED',
};
const LATER: ReadonlySet<string> = new Set(['RECEIVED', 'INSPECTING']);

export class ReturnStories {
  readonly all = new Map<string, ReturnStory>();
  readonly #ofOrder = new Map<string, ReturnStory[]>();

  /** The order that it is about with what came to `sold`; undefined where the entry is about no return. */
  take(entry: EntryLook): { order: string; sold: number } | undefined {
    const [id] = entry.of('return');
    if (id === undefined) return undefined;
    for (const { type, data } of entry.events) {
      if (!type.startsWith('return.')) continue;
      const story = this.#story(id, data);
      const state = STATES[type];
      // What comes in after the first verdict changes nothing.
      const stays = state === 'RECEIVED' && LATER.has(story.status);
      if (state !== undefined && !stays) story.status = state;
      if (type === 'return.refund') story.wanted = Number(data.amount);
    }
    const story = this.all.get(id)!;
    for (const [name, quantity] of entry.net) add(story.units, name, quantity);
    return { order: story.order, sold: entry.net.get('sold') ?? 0 };
  }

  of(order: string): readonly ReturnStory[] {
    return this.#ofOrder.get(order) ?? [];
  }

  #story(id: string, { order }: Record<string, unknown>): ReturnStory {
    let story = this.all.get(id);
    if (story === undefined) {
      story = { order: String(order), status: '', units: new Map(), wanted: 0 };
      this.all.set(id, story);
      this.#ofOrder.set(story.order, [...this.of(story.order), story]);
    }
    return story;
  }
}
