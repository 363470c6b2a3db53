// What is read from Redis without deciding anything: documents, owners, what is due, documents with names.

import { isDue } from '../../kernel/overlay.ts';
import type { Document, DocumentId, OwnerState } from '../contract.ts';
import type { Send } from './connection.ts';
import { readDocument } from './document-blob.ts';
import type { StoreKeys } from './keys.ts';
import { PackReader } from './pack-reader.ts';
import { callFunction } from './scripted.ts';

/** As lua/due.lua writes them. */
const DEADLINE_DIGITS = 16;

export class Reads {
  readonly #send: Send;
  readonly #keys: StoreKeys;

  constructor(send: Send, keys: StoreKeys) {
    this.#send = send;
    this.#keys = keys;
  }

  async documents(ids: readonly DocumentId[]): Promise<(Document | undefined)[]> {
    const values = await this.#fields(this.#keys.documents, ids);
    return values.map((value, index) => (value ? readDocument(ids[index]!, value) : undefined));
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    if (ids.length === 0) return [];
    const keys = [this.#keys.owners, this.#keys.documents];
    const reply = await callFunction(this.#send, 'owners', { keys, values: ids });
    const [values, documents] = reply as [(Buffer | null)[], (Buffer | null)[]];
    return values.map((value, index) => {
      if (value === null) return undefined;
      const state = readOwner(ids[index]!, value);
      const document = documents[index];
      if (document) state.document = readDocument(`pool:${ids[index]}`, document);
      return state;
    });
  }

  /** What is due, earliest first, then by id, as far as it is this server's. */
  async due(asked: { dueMs: number; limit: number; isOwn: (id: string) => boolean }) {
    const { dueMs, limit, isOwn } = asked;
    const found: Document[] = [];
    for (let offset = 0; found.length < limit; offset += limit) {
      const range = ['0', String(dueMs), 'BYSCORE', 'LIMIT', String(offset), String(limit)];
      const ids = (await this.#send('ZRANGE', this.#keys.deadlines, ...range)) as Buffer[];
      const own = ids.map(String).filter(isOwn);
      for (const document of await this.documents(own)) {
        if (document !== undefined && isDue(document, dueMs)) found.push(document);
      }
      if (ids.length < limit) break;
    }
    return found.slice(0, limit);
  }

  async nextDeadlineMs(): Promise<number | undefined> {
    const range = ['0', '0', 'WITHSCORES'];
    const [, score] = (await this.#send('ZRANGE', this.#keys.deadlines, ...range)) as Buffer[];
    return score === undefined ? undefined : Number(score);
  }

  /** Documents of a kind whose ids are names. */
  async named(kind: string): Promise<Document[]> {
    const from = `n${kind}\0`;
    const range = [`[${from}`, Buffer.concat([Buffer.from(`[${from}`), Buffer.from([0xff])])];
    const members = (await this.#send('ZRANGE', this.#keys.index, ...range, 'BYLEX')) as Buffer[];
    const ids = members.map((member) => member.toString('utf8').slice(from.length));
    return (await this.documents(ids)).filter((document) => document !== undefined);
  }

  /** Documents past their deadline whose claims are filed under an account, earliest first. */
  async dueOn(account: string, dueMs: number, limit: number) {
    const from = `c${account}\0`;
    // Behind every deadline up to this one, whatever id follows it.
    const last = `[${from}${String(dueMs).padStart(DEADLINE_DIGITS, '0')}`;
    return (await this.#filed(from, last, limit)).map((each) => {
      const text = textBehind(from, each);
      const deadlineMs = Number(text.slice(0, DEADLINE_DIGITS));
      return { id: text.slice(DEADLINE_DIGITS), deadlineMs };
    });
  }

  /** Pools that pass on to a pool what is released in them. */
  async passingOnTo(pool: string): Promise<string[]> {
    const from = `r${pool}\0`;
    return (await this.#filed(from, `[${from}`)).map((each) => textBehind(from, each));
  }

  /** Documents whose undecided claims are filed under an account. */
  async undecidedOn(account: string, limit: number): Promise<Document[]> {
    const from = `t${account}\0`;
    const ids = (await this.#filed(from, `[${from}`, limit)).map((each) => textBehind(from, each));
    return (await this.documents(ids)).filter((document) => document !== undefined);
  }

  /** What stands in the index from a text on, and up to another with anything behind it. */
  async #filed(from: string, last: string, limit = -1): Promise<Buffer[]> {
    const range = [`[${from}`, Buffer.concat([Buffer.from(last), Buffer.from([0xff])])];
    const asked = [...range, 'BYLEX', 'LIMIT', '0', String(limit)];
    return (await this.#send('ZRANGE', this.#keys.index, ...asked)) as Buffer[];
  }

  async #fields(key: string, fields: readonly string[]): Promise<(Buffer | null)[]> {
    if (fields.length === 0) return [];
    return (await this.#send('HMGET', key, ...fields)) as (Buffer | null)[];
  }
}

function textBehind(from: string, member: Buffer): string {
  return member.toString('utf8').slice(from.length);
}

/** An owner as it stands in Redis. */
export function readOwner(owner: string, value: Buffer): OwnerState {
  const reader = new PackReader(value);
  const state: OwnerState = { owner, seq: reader.number(), accounts: {} };
  while (!reader.isAtEnd) {
    const name = reader.text();
    const [balance, floor] = [reader.number(), reader.number()];
    state.accounts[name] = { balance, floor, inflow: reader.number() };
  }
  return state;
}
