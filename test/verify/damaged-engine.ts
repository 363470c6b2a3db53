// An engine that shows something other than what it has: the journal, an owner or a document as a
// damaged store would. What it wraps stays whole.

import type { Document, Engine, Entry, OwnerState } from '../../src/engines/contract.ts';

export interface Damage {
  /** Of the whole journal. */
  entries?: (entries: Entry[]) => Entry[];
  owner?: (owner: OwnerState) => OwnerState | undefined;
  document?: (document: Document) => Document | undefined;
  /** Pools that the engine lists besides its own. */
  pools?: OwnerState[];
  balances?: (balances: Record<string, number>) => Record<string, number>;
}

export function damaged(whole: Engine, damage: Damage): Engine {
  const { entries, owner, document, pools = [], balances } = damage;
  const shown = Object.create(whole) as Engine;
  shown.health = () => whole.health();
  shown.entries = async ({ after, limit }) => {
    const all = structuredClone(await whole.entries({ after: 0, limit: 100_000 }));
    const changed = entries === undefined ? all : entries(all);
    return changed.filter(({ position }) => position > after).slice(0, limit);
  };
  shown.owners = async (ids) => {
    const found = structuredClone(await whole.owners(ids));
    return found.map((state) => (state && owner ? owner(state) : state));
  };
  shown.documents = async (ids) => {
    const found = structuredClone(await whole.documents(ids));
    return found.map((each) => (each && document ? document(each) : each));
  };
  shown.pools = async (options) => [...(await whole.pools(options)), ...pools];
  shown.balancesAt = async (id, atMs) => {
    const found = await whole.balancesAt(id, atMs);
    return found && balances ? balances(found) : found;
  };
  return shown;
}
