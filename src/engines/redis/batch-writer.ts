// Writes a batch as the script reads it (lua/commit.lua): a frame of names, groups of transactions that
// speak of places in it, and a part that the script passes on unread. Decides nothing.

import {
  filedUnder,
  ownerOfDocument,
  poolAccounts,
  poolDocumentId,
} from '../../kernel/accounts.ts';
import type { DeadlineDraft, DocumentWrite, Guard, Move, Transaction } from '../contract.ts';
import { BatchNames, isNew } from './batch-names.ts';
import { flagsOf, isFiled, isFilledIn, writeBlob } from './document-blob.ts';
import { PackWriter } from './pack-writer.ts';

/** Numbers that say what follows; lua/guards.lua and lua/writes.lua have the same. */
export const SHAPES = {
  ...{ seqGuard: 0, stateGuard: 1, anyGuard: 2 },
  ...{ noDeadline: 0, keep: 1, after: 2, within: 3 },
  // Beside the flags of a document: claims are filled in, its id is a name, it is a pool's.
  ...{ filled: 4, named: 8, owned: 16 },
} as const;
/** Values of a group before another one is begun: Lua's stack holds 8,000. */
const GROUP_VALUES = 6_000;
/** Longer rows, of a transaction that is long by itself, go as a list. */
const ROW_VALUES_MAX = 7_500;
const NO_BOUND = -1;

/** A batch on its way: as it stands in the stream, but for its answer. */
export interface BatchPayload {
  unread: Buffer;
  frame: Buffer;
  groups: Buffer[];
}

export interface WrittenBatch extends BatchPayload {
  names: BatchNames;
}

const group = new PackWriter();
const unread = new PackWriter();
const one = new PackWriter();

export function writeBatch(batch: readonly Transaction[]): WrittenBatch {
  const names = new BatchNames(batch);
  const groups: Buffer[] = [];
  group.clear();
  unread.clear();
  for (let index = 0; index < batch.length; index += 1) {
    if (group.count > GROUP_VALUES) closeGroup(groups);
    writeTransaction(batch[index]!, names);
    writeUnread(batch[index]!);
  }
  closeGroup(groups);
  one.clear();
  names.write(one);
  return { unread: unread.row(), frame: rowOf(one), groups, names };
}

function closeGroup(groups: Buffer[]): void {
  groups.push(rowOf(group));
  group.clear();
}

function rowOf(out: PackWriter): Buffer {
  return out.count > ROW_VALUES_MAX ? out.list() : out.row();
}

function writeTransaction(transaction: Transaction, names: BatchNames): void {
  const { guards, floors, moves, grantedMin, grantedMax, writes } = transaction;
  const start = group.place();
  group.number(names.keyKind(transaction));
  group.number(guards?.length ?? 0);
  if (guards !== undefined) for (const guard of guards) writeGuard(guard, names);
  group.number(floors?.length ?? 0);
  for (const { account, floor } of floors ?? []) {
    group.number(names.account(account));
    group.number(floor);
  }
  writeBounds(grantedMin, grantedMax);
  group.number(moves?.length ?? 0);
  if (moves !== undefined) for (const move of moves) writeMove(move, names);
  group.number(writes?.length ?? 0);
  if (writes !== undefined) for (const write of writes) writeWrite(write, moves, names);
  group.fill(start);
}

function writeBounds(grantedMin = NO_BOUND, grantedMax = NO_BOUND): void {
  if (grantedMin === NO_BOUND && grantedMax === NO_BOUND) {
    group.number(0);
    return;
  }
  group.number(1);
  group.number(grantedMin);
  group.number(grantedMax);
}

function writeGuard(guard: Guard, names: BatchNames): void {
  if ('owner' in guard) {
    group.number(SHAPES.seqGuard);
    group.number(names.owner(guard.owner));
    group.number(guard.seq);
    return;
  }
  const { absent, version, stateIn, due } = guard;
  const document = names.document(guard.document);
  const isPlain = absent === undefined && version === undefined && due === undefined;
  if (isPlain && stateIn?.length === 1) {
    group.number(SHAPES.stateGuard);
    group.number(document);
    group.text(stateIn[0]!);
    return;
  }
  group.number(SHAPES.anyGuard);
  group.number(document);
  group.number(absent === undefined ? 0 : absent ? 1 : 2);
  group.number(version ?? -1);
  group.number(due === undefined ? 0 : due ? 1 : 2);
  group.number(stateIn?.length ?? -1);
  for (const state of stateIn ?? []) group.text(state);
}

function writeMove({ legs, quantity, quantityMin }: Move, names: BatchNames): void {
  group.number(quantityMin === undefined ? legs.length : -legs.length);
  group.number(quantity);
  if (quantityMin !== undefined) group.number(quantityMin);
  for (const { from, to } of legs) {
    group.number(names.account(from));
    if (typeof to === 'string') group.number(names.account(to));
    else {
      group.number(-names.document(poolDocumentId(to.release)));
      group.number(names.account(poolAccounts(to.release).available));
    }
  }
}

function writeWrite(
  write: DocumentWrite,
  moves: readonly Move[] | undefined,
  names: BatchNames,
): void {
  const { id, kind, claims = [] } = write;
  const filled = claims.filter((claim) => isFilledIn(claim, moves));
  const owner = ownerOfDocument(id);
  const isNamed = id.startsWith(`${kind}:`);
  let flags = flagsOf(write) + (filled.length > 0 ? SHAPES.filled : 0);
  const place = isNew(write) ? names.documents.get(id) : names.document(id);
  if (place === undefined) {
    group.text(id);
    group.number(flags);
  } else {
    flags += (isNamed ? SHAPES.named : 0) + (owner === undefined ? 0 : SHAPES.owned);
    group.number(place);
    group.number(flags);
    group.number(write.fresh === true ? 1 : 0);
  }
  writeDeadline(write.deadline);
  writeKeys(write, moves, names);
  if (filled.length > 0) {
    group.number(filled.length);
    for (const { move, leg } of filled) {
      group.number(move);
      group.number(leg);
    }
  }
  if (place !== undefined && isNamed) group.text(kind);
  if (place !== undefined && owner !== undefined) group.number(names.owner(owner));
  writeBlob(group, write, moves);
}

function writeDeadline(deadline: DeadlineDraft | undefined): void {
  if (deadline === undefined) group.number(SHAPES.noDeadline);
  else if ('keep' in deadline) group.number(SHAPES.keep);
  else {
    const { afterMs, notBeforeMs, notAfterMs } = deadline;
    const isBound = notBeforeMs !== undefined || notAfterMs !== undefined;
    group.number(isBound ? SHAPES.within : SHAPES.after);
    group.number(afterMs);
    if (!isBound) return;
    group.number(notAfterMs ?? Number.MAX_SAFE_INTEGER);
    group.number(notBeforeMs ?? 0);
  }
}

/** The accounts under which it is filed, and for how much: see isFiled in lua/writes.lua. */
function writeKeys(
  write: DocumentWrite,
  moves: readonly Move[] | undefined,
  names: BatchNames,
): void {
  const { claims = [], frees = [] } = write;
  if (!isFiled(write)) {
    group.number(0);
    return;
  }
  const filed = claims.filter((claim) => 'move' in claim || claim.quantity > 0);
  group.number(filed.length + frees.length);
  for (const claim of filed) {
    group.number(names.account(filedUnder(claim.undo)));
    if (!('move' in claim)) group.number(claim.quantity);
    else group.number(quantityOf(claim.move, moves!));
  }
  for (const account of frees) {
    group.number(names.account(account));
    group.number(0);
  }
}

/** What a move brings: below zero where only the commit knows. */
function quantityOf(move: number, moves: readonly Move[]): number {
  const { quantity, quantityMin } = moves[move]!;
  return quantityMin === undefined ? quantity : -(move + 1);
}

/**
 * What the journal keeps of a transaction and no script asks for: the hash of its request, whether it names
 * no floors or states none, its events.
 */
function writeUnread({ request, floors, events, writes = [] }: Transaction): void {
  unread.text(request === undefined ? '' : request.hash);
  unread.number(floors === undefined ? 0 : 1);
  unread.number(events.length);
  for (const { type, subject, data } of events) {
    unread.text(type);
    const at = writes.findIndex(({ id }) => id === subject);
    if (at >= 0) unread.number(at);
    else unread.text(subject);
    unread.text(data === undefined ? '' : JSON.stringify(data));
  }
}
