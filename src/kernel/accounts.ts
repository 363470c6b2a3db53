// The names of accounts and documents: which accounts a pool has, how a limit's accounts are called,
// and what can be read off a name. Must stay free of rules about when units move.

import type { AccountId, Destination, DocumentId, Leg, PoolId } from '../engines/contract.ts';

/** Accounts of a pool that hold real units. */
export const INSIDE = [
  'available',
  'held',
  'sold',
  'safety',
  'returning',
  'inspecting',
  'quarantined',
  'offered',
  'leased',
  'in-transit',
] as const;

/** Accounts on the far side of the door: they may be negative, so that every change is a move. */
export const OUTSIDE = ['supply', 'written-off'] as const;

/** What an owner has given to owners in other slots of a store; below zero for what it got from there. */
export const ELSEWHERE = 'elsewhere';

export type AccountName = (typeof INSIDE)[number] | (typeof OUTSIDE)[number];

/** Balances stay whole and exact: within 2^53 - 1 either way. */
export const BALANCE_MAX = Number.MAX_SAFE_INTEGER;

/** The floor of an outside account. */
export const NO_FLOOR = -BALANCE_MAX;

export interface PoolAccounts {
  available: AccountId;
  held: AccountId;
  sold: AccountId;
  /** The id of the pool's document. */
  document: DocumentId;
  /** Wherever the pool's released units belong. */
  released: { release: PoolId };
  /** The way of units that are set aside. */
  toHeld: Leg[];
}

// Joining and hashing three names per line was 9% of a reserve; a shop's pools fit in here.
const REMEMBERED_MAX = 100_000;
const remembered = new Map<PoolId, PoolAccounts>();

/** The names that every reservation uses, and what is made of them; nobody may change it. */
export function poolAccounts(pool: PoolId): PoolAccounts {
  let accounts = remembered.get(pool);
  if (accounts === undefined) {
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    const available = `${pool}/available`;
    const held = `${pool}/held`;
    accounts = {
      available,
      held,
      sold: `${pool}/sold`,
      document: `pool:${pool}`,
      released: { release: pool },
      toHeld: [{ from: available, to: held }],
    };
    remembered.set(pool, accounts);
  }
  return accounts;
}

/**
 * The account under which a claim is filed, by where its units go when it is undone: a release by its
 * own pool's available account, wherever that pool passes it on to.
 */
export function filedUnder(undo: Destination): AccountId {
  return typeof undo === 'string' ? undo : poolAccounts(undo.release).available;
}

export function accountOf(pool: PoolId, name: AccountName): AccountId {
  return `${pool}/${name}`;
}

/** The owner of an account: what stands before the first slash. */
export function ownerOf(account: AccountId): string {
  return account.slice(0, account.indexOf('/'));
}

const SLASH = 47;

/**
 * Whether an account is an owner's. Compared as a piece of its name: `startsWith` looks at each unit by itself, 180 ns
 * for the name of a buyer under a limit instead of 40.
 */
export function isOwnedBy(account: AccountId, owner: string): boolean {
  const { length } = owner;
  return account.charCodeAt(length) === SLASH && account.slice(0, length) === owner;
}

/** The account's name: what stands after the first slash. */
export function nameOf(account: AccountId): string {
  return account.slice(account.indexOf('/') + 1);
}

export function poolDocumentId(pool: PoolId): DocumentId {
  return poolAccounts(pool).document;
}

/** The pool that a document is of. */
export function poolOf({ id }: { id: DocumentId }): PoolId {
  return id.slice('pool:'.length);
}

export function limitDocumentId(limit: string): DocumentId {
  return `limit:${limit}`;
}

/** The owner whose number a document's writes raise, if any: a pool's, by its own document. */
export function ownerOfDocument(id: DocumentId): string | undefined {
  if (id.startsWith('pool:')) return id.slice(5);
  return undefined;
}

/** What a limit counts for one buyer, in one calendar period if it has periods. */
export interface LimitAccounts {
  /** Goes down to minus the ceiling. */
  used: AccountId;
  granted: AccountId;
}

/**
 * The two accounts of a buyer under a limit. Their owner is the buyer's own, so that two buyers never
 * wait for each other.
 */
export function limitAccounts(limit: string, buyer: string, period = ''): LimitAccounts {
  const owner = `!${limit}!${period}!${encodeURIComponent(buyer)}`;
  return { used: `${owner}/used`, granted: `${owner}/granted` };
}

/** The limit that an account belongs to. */
export function limitOf(account: AccountId): string {
  return account.slice(1, account.indexOf('!', 1));
}

export function isLimitAccount(account: AccountId): boolean {
  return account.startsWith('!');
}
