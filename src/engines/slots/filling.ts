// Finds out what a transaction over several slots leaves to the commit: where releases go by their pools as they
// are now, and how many units its partial moves get. The pools are guarded; the units are asked for exactly, so
// that a slot refuses where somebody else was faster. Changes nothing.

import { BALANCE_MAX, ownerOf, poolDocumentId } from '../../kernel/accounts.ts';
import { apply } from '../../kernel/apply.ts';
import type { Snapshot } from '../../kernel/overlay.ts';
import { releaseAccount } from '../../kernel/pool.ts';
import type {
  AccountId,
  AccountState,
  CommitRefusal,
  Document,
  DocumentId,
  Guard,
  OwnerState,
  PoolId,
  Transaction,
} from '../contract.ts';
import { type Filling, isPartial, releasesOf } from './fixed.ts';
import type { Shortage, Shortages } from './shortages.ts';
import { asBefore } from './undecided-document.ts';

export interface Reading {
  documents(ids: readonly DocumentId[]): Promise<(Document | undefined)[]>;
  owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]>;
  dueMs(): number;
  shortages: Shortages;
}

export async function fillingOf(
  transaction: Transaction,
  reading: Reading,
): Promise<Filling | CommitRefusal> {
  const { releases, guards } = await releasesNow(transaction, reading);
  const { moves = [] } = transaction;
  if (!isPartial(transaction)) {
    return { granted: moves.map(({ quantity }) => quantity), releases, guards };
  }
  const granted = await grantedNow(transaction, { reading, releases });
  return 'code' in granted ? granted : { granted, releases, guards };
}

async function releasesNow(transaction: Transaction, { documents }: Reading) {
  const pools = releasesOf(transaction);
  const known = new Map<PoolId, Document | undefined>();
  // A pool, the one that it passes on to, and the one behind that.
  for (let asked = pools; asked.length > 0; ) {
    const found = await documents(asked.map(poolDocumentId));
    for (const [index, pool] of asked.entries()) known.set(pool, found[index]);
    const next = found.map((document) => asBefore(document)?.releaseTo);
    asked = next.flatMap((to) =>
      typeof to === 'object' && !known.has(to.release) ? [to.release] : [],
    );
  }
  const releases = new Map<PoolId, AccountId>();
  for (const pool of pools) {
    releases.set(
      pool,
      releaseAccount(pool, (id) => asBefore(known.get(id))),
    );
  }
  const guards = [...known].map(([pool, document]): Guard => {
    const id = poolDocumentId(pool);
    if (document === undefined) return { document: id, absent: true };
    return { document: id, version: document.version };
  });
  return { releases, guards };
}

/** What refuses it first, in its own order over all slots; undefined where nothing does any more. */
export async function firstRefusal(
  transaction: Transaction,
  reading: Reading,
): Promise<CommitRefusal | undefined> {
  const { releases } = await releasesNow(transaction, reading);
  const granted = await grantedNow(transaction, { reading, releases });
  return 'code' in granted ? granted : undefined;
}

async function grantedNow(
  transaction: Transaction,
  { reading, releases }: { reading: Reading; releases: ReadonlyMap<PoolId, AccountId> },
): Promise<number[] | CommitRefusal> {
  const { guards = [], floors = [], grantedMin, grantedMax } = transaction;
  const moves = (transaction.moves ?? []).map((move) => ({
    ...move,
    legs: move.legs.map(({ from, to }) => {
      return { from, to: typeof to === 'string' ? to : releases.get(to.release)! };
    }),
  }));
  const owners = new Set<string>(floors.map(({ account }) => ownerOf(account)));
  for (const { legs } of moves) {
    for (const { from, to } of legs) owners.add(ownerOf(from)).add(ownerOf(to));
  }
  const named: DocumentId[] = [];
  for (const guard of guards) {
    if ('document' in guard) named.push(guard.document);
    else owners.add(guard.owner);
  }
  const [states, documents] = await Promise.all([
    reading.owners([...owners]),
    reading.documents(named),
  ]);
  const snapshot = snapshotOf(states, { documents, dueMs: reading.dueMs() });
  const asked = { guards, floors, moves, ...(grantedMax === undefined ? {} : { grantedMax }) };
  const outcome = appliedTo(snapshot, asked);
  if (!outcome.ok) return shortageOf(outcome.refusal, { snapshot, reading });
  const { granted } = outcome.entry;
  // Before it counts as too little in all.
  const idle = await idleUnits(moves, { granted, grantedMax, reading });
  if (idle !== undefined) return idle;
  const total = granted.reduce((sum, each) => sum + each, 0);
  if (grantedMin === undefined || total >= grantedMin) return granted;
  const least = appliedTo(snapshot, { ...asked, grantedMin });
  return least.ok ? granted : shortageOf(least.refusal, { snapshot, reading });
}

function appliedTo(snapshot: Snapshot, asked: Omit<Transaction, 'events'>) {
  return apply(snapshot, [{ ...asked, events: [] }]).outcomes[0]!;
}

async function shortageOf(
  refusal: CommitRefusal,
  { snapshot, reading }: { snapshot: Snapshot; reading: Reading },
): Promise<CommitRefusal> {
  if (refusal.code !== 'insufficient') return refusal;
  // What the account has by itself: its own lines before this one may have taken of that.
  const { balance = 0, floor = 0 } = snapshot.account(refusal.account) ?? {};
  const said = await reading.shortages.on(refusal.account, Math.max(0, balance - floor) + 1);
  // There is enough by now: what stood aside has come back.
  if (said === undefined) return { ...refusal, tentative: true };
  const { due, tentative, inflow } = said;
  // Or something else has, and is gone again.
  return { ...refusal, due, tentative: tentative || inflow !== refusal.inflow, inflow };
}

interface Granted {
  granted: readonly number[];
  grantedMax: number | undefined;
  reading: Reading;
}

/** Units past their deadline on a source that grants less than was asked: they are freed first. */
async function idleUnits(
  moves: NonNullable<Transaction['moves']>,
  { granted, grantedMax = Infinity, reading }: Granted,
): Promise<Shortage | undefined> {
  let left = grantedMax;
  for (const [index, { legs, quantity }] of moves.entries()) {
    const most = Math.min(quantity, left);
    left -= granted[index]!;
    if (granted[index]! >= most) continue;
    for (const { from } of legs) {
      const short = await reading.shortages.on(from, BALANCE_MAX);
      if (short !== undefined && short.due.length > 0) return { ...short, move: index };
    }
  }
  return undefined;
}

function snapshotOf(
  owners: readonly (OwnerState | undefined)[],
  read: { documents: readonly (Document | undefined)[]; dueMs: number },
): Snapshot {
  const accounts = new Map<AccountId, AccountState>();
  const seqs = new Map<string, number>();
  const documents = new Map<DocumentId, Document>();
  for (const document of read.documents) {
    const shown = asBefore(document);
    if (shown !== undefined) documents.set(shown.id, shown);
  }
  for (const state of owners) {
    if (state !== undefined) seqs.set(state.owner, state.seq);
    for (const [name, account] of Object.entries(state?.accounts ?? {})) {
      accounts.set(`${state!.owner}/${name}`, account);
    }
  }
  return {
    ...{ nowMs: read.dueMs, dueMs: read.dueMs, position: 0 },
    account: (id) => accounts.get(id),
    document: (id) => documents.get(id),
    seq: (owner) => seqs.get(owner) ?? 0,
    request: () => undefined,
    dueClaims: () => [],
    tentativeClaims: () => [],
  };
}
