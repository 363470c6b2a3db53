// Reads a batch back from the form in which the script took it (batch-writer.ts): transactions as far as
// their entries need them, which is without guards. Decides nothing.

import type {
  AccountId,
  Claim,
  DeadlineDraft,
  Destination,
  DocumentId,
  DocumentWrite,
  EventDraft,
  Floor,
  Leg,
  Move,
  MoveClaim,
  RequestIdentity,
  Transaction,
} from '../contract.ts';
import { type ReadNames, requestOf } from './batch-names.ts';
import { type BatchPayload, SHAPES } from './batch-writer.ts';
import { destinationOf, FINAL, lookUpFields, readBlob, TENTATIVE } from './document-blob.ts';
import { PackReader } from './pack-reader.ts';

export interface ReadBatch {
  names: ReadNames;
  transactions: Transaction[];
}

export function readPayload({ unread, frame, groups }: BatchPayload): ReadBatch {
  const reader = new BatchReader(frame, unread);
  for (const group of groups) reader.read(group);
  return { names: reader.names, transactions: reader.transactions };
}

class BatchReader {
  readonly transactions: Transaction[] = [];
  readonly names: ReadNames;
  readonly #keys: string[];
  readonly #documents: DocumentId[];
  readonly #accounts: AccountId[];
  readonly #unread: PackReader;
  #group!: PackReader;

  constructor(frame: Buffer, unread: Buffer) {
    const reader = new PackReader(frame);
    reader.openList();
    const texts = () => Array.from({ length: reader.number() }, () => reader.text());
    this.#keys = texts();
    const written = reader.number();
    reader.number();
    const owners = texts();
    this.#documents = texts();
    this.#accounts = Array.from({ length: reader.number() }, () => {
      return `${owners[reader.number() - 1]}/${reader.text()}`;
    });
    this.names = {
      owners: new Map(owners.map((owner, index) => [owner, index + 1])),
      documents: new Map(this.#documents.map((id, index) => [id, index + 1])),
      written,
    };
    this.#unread = new PackReader(unread);
  }

  read(group: Buffer): void {
    this.#group = new PackReader(group);
    this.#group.openList();
    while (!this.#group.isAtEnd) this.transactions.push(this.#transaction());
  }

  #transaction(): Transaction {
    const group = this.#group;
    group.number();
    const isAsked = group.number() > 0;
    this.#passGuards();
    const floors = this.#list((): Floor => {
      return { account: this.#account(), floor: group.number() };
    });
    if (group.number() === 1) {
      group.number();
      group.number();
    }
    const moves = this.#list(() => this.#move());
    const writes = this.#list(() => this.#write());
    const hash = this.#unread.text();
    const hasFloors = this.#unread.number() === 1;
    const transaction: Transaction = { moves, writes, events: this.#events(writes) };
    if (hasFloors) transaction.floors = floors;
    if (isAsked) transaction.request = this.#request(hash);
    return transaction;
  }

  #request(hash: string): RequestIdentity {
    return { ...requestOf(this.#keys.shift()!), hash };
  }

  #passGuards(): void {
    const group = this.#group;
    this.#list(() => {
      const kind = group.number();
      group.number();
      if (kind !== SHAPES.anyGuard) {
        group.value();
        return;
      }
      for (let field = 0; field < 3; field += 1) group.number();
      for (let states = group.number(); states > 0; states -= 1) group.text();
    });
  }

  #move(): Move {
    const group = this.#group;
    const count = group.number();
    const quantity = group.number();
    const quantityMin = count < 0 ? group.number() : undefined;
    const legs = Array.from({ length: Math.abs(count) }, (): Leg => {
      return { from: this.#account(), to: this.#destination() };
    });
    return quantityMin === undefined ? { legs, quantity } : { legs, quantity, quantityMin };
  }

  #destination(): Destination {
    const place = this.#group.number();
    if (place > 0) return this.#accounts[place - 1]!;
    this.#group.number();
    return { release: this.#documents[-place - 1]!.slice('pool:'.length) };
  }

  #write(): DocumentWrite {
    const group = this.#group;
    const target = group.value();
    const id = typeof target === 'string' ? target : this.#documents[target - 1]!;
    const flags = group.number();
    const fresh = typeof target === 'string' || group.number() === 1;
    const deadline = this.#deadline();
    this.#list(() => {
      group.number();
      group.number();
    });
    const filled =
      (flags & SHAPES.filled) === 0 ? [] : this.#list(() => [group.number(), group.number()]);
    if ((flags & SHAPES.named) !== 0) group.text();
    if ((flags & SHAPES.owned) !== 0) group.number();
    const blob = readBlob(group.bytes());
    const [kind, claims, data] = blob.body;
    const write: DocumentWrite = {
      ...{ id, kind, state: blob.state, data },
      ...lookUpFields(blob),
      claims: claims.map(([undo, account, quantity]): Claim | MoveClaim => {
        if (account !== undefined)
          return { account, undo: destinationOf(undo), quantity: quantity! };
        const [move, leg] = filled.shift() as [number, number];
        return { move, leg, undo: destinationOf(undo) };
      }),
    };
    if (fresh) write.fresh = true;
    if (deadline !== undefined) write.deadline = deadline;
    if ((blob.flags & FINAL) !== 0) write.final = true;
    if ((blob.flags & TENTATIVE) !== 0) write.tentative = true;
    return write;
  }

  #deadline(): DeadlineDraft | undefined {
    const group = this.#group;
    const kind = group.number();
    if (kind === SHAPES.noDeadline) return undefined;
    if (kind === SHAPES.keep) return { keep: true };
    const afterMs = group.number();
    if (kind === SHAPES.after) return { afterMs };
    const notAfterMs = group.number();
    return { afterMs, notAfterMs, notBeforeMs: group.number() };
  }

  #events(writes: readonly DocumentWrite[]): EventDraft[] {
    const unread = this.#unread;
    return Array.from({ length: unread.number() }, () => {
      const type = unread.text();
      const subject = unread.value();
      const event: EventDraft = {
        type,
        subject: typeof subject === 'number' ? writes[subject]!.id : subject,
      };
      const data = unread.text();
      if (data !== '') event.data = JSON.parse(data);
      return event;
    });
  }

  #account(): AccountId {
    return this.#accounts[this.#group.number() - 1]!;
  }

  #list<T>(read: () => T): T[] {
    return Array.from({ length: this.#group.number() }, read);
  }
}
