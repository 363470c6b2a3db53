// What the journal tells of each place in line: what it was offered, how often, and what became of that.

import { add, type EntryLook, type Units } from './entry-look.ts';

export interface PlaceStory {
  status: string;
  offers: number;
  /** Units that are held for it, until an order has them. */
  units: Units;
}

export class LineStories {
  readonly all = new Map<string, PlaceStory>();
  readonly wrong: string[] = [];

  /** Units of an offer that the entry makes an order of. */
  take(entry: EntryLook): Units | undefined {
    const [id] = entry.of('waiter');
    if (id === undefined) return undefined;
    const place = this.all.get(id) ?? { status: '', offers: 0, units: new Map() };
    this.all.set(id, place);
    const [order] = entry.of('order');
    for (const { type, subject } of entry.events) {
      if (subject !== id) continue;
      const [, what] = type.split('.') as [string, string];
      place.status = what.toUpperCase();
      if (what === 'offered') place.offers += 1;
      if (what === 'taken' && order === undefined) this.wrong.push(`place ${id} taken by nobody`);
    }
    if (place.offers > 1) this.wrong.push(`place ${id} was offered units ${place.offers} times`);
    if (order !== undefined) {
      const { units } = place;
      if ((units.get('held') ?? 0) === 0) this.wrong.push(`place ${id} had nothing to take`);
      place.units = new Map();
      return units;
    }
    for (const [name, quantity] of entry.net) add(place.units, name, quantity);
    return undefined;
  }

  count(...states: string[]): number {
    return [...this.all.values()].filter(({ status }) => states.includes(status)).length;
  }
}
