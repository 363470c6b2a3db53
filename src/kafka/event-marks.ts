// How far the events of each pool were told, to know a repeat: by the pool's version, and by its id where an
// event is about no pool. Remembers so many; repeats come soon after what they repeat.

import type { ShopEvent } from './shop-event.ts';

const REMEMBERED_MAX = 100_000;

export class EventMarks {
  /** By journal and pool: the version, and which of the events that made it. */
  readonly #pools = new Map<string, { version: number; index: number }>();
  readonly #ids = new Map<string, true>();

  /** Whether it was told before; else it is from now on. */
  isRepeat(event: ShopEvent): boolean {
    return event.pools.length === 0 ? this.#knownId(event.id) : this.#knownVersions(event);
  }

  #knownId(id: string): boolean {
    const known = this.#ids.has(id);
    remember(this.#ids, id, true);
    return known;
  }

  #knownVersions({ journal, index, pools }: ShopEvent): boolean {
    let known = true;
    for (const { pool, version } of pools) {
      const name = `${journal} ${pool}`;
      const mark = this.#pools.get(name);
      const told = mark !== undefined && isUpTo(mark, { version, index });
      if (!told) known = false;
      remember(this.#pools, name, told ? mark : { version, index });
    }
    return known;
  }
}

type Mark = { version: number; index: number };

function isUpTo(mark: Mark, { version, index }: Mark): boolean {
  return version < mark.version || (version === mark.version && index <= mark.index);
}

/** The one that was not met for the longest time is forgotten. */
function remember<T>(known: Map<string, T>, name: string, value: T): void {
  known.delete(name);
  known.set(name, value);
  if (known.size > REMEMBERED_MAX) known.delete(known.keys().next().value!);
}
