// What the servers of one store in Redis tell each other about time: when one of them was last alive, and
// until when nothing falls due after all were away; and which Redis it is that the store was begun on.

import type { Reply, Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import { PackReader } from './pack-reader.ts';
import { PackWriter } from './pack-writer.ts';
import { callFunction } from './scripted.ts';

export interface Life {
  journalId: string;
  /** Which start of which Redis the store was begun on. */
  runId: string;
  /** When a server was last seen before; 0 for a new store. */
  aliveMs: number;
  dueNotBeforeMs: number;
}

/** A store as it stands. */
export interface Standing {
  epoch: number;
  /** Of the latest batch; 0 for none. */
  number: number;
  /** The latest time that was ever given out. */
  atMs: number;
}

/** A store that begins, or begins again. */
export interface Beginning {
  epoch: number;
  /** Until when it may decide, by Redis's clock. */
  leaseUntilMs: number;
  runId: string;
  journalId: string;
}

export class LifeSigns {
  readonly #keys: StoreKeys;

  constructor(keys: StoreKeys) {
    this.#keys = keys;
  }

  /** Makes the store where there is none. */
  async begin(send: Send, { epoch, leaseUntilMs, runId, journalId }: Beginning): Promise<void> {
    const { metadata, latest, life } = this.#keys;
    const values = [String(epoch), String(leaseUntilMs), '0', runId, journalId];
    await callFunction(send, 'begin', { keys: [metadata, latest, life], values });
  }

  /** Undefined where there is no store. */
  async standing(send: Send): Promise<Standing | undefined> {
    const { metadata, latest } = this.#keys;
    const [store, batch] = (await send('MGET', metadata, latest)) as [Buffer | null, Buffer | null];
    if (store === null || batch === null) return undefined;
    const reader = new PackReader(batch);
    return {
      epoch: new PackReader(store).number(),
      number: reader.number(),
      atMs: reader.number(),
    };
  }

  async read(send: Send): Promise<Life> {
    return lifeOf(await callFunction(send, 'life', { keys: [this.#keys.life], values: [] }));
  }

  /** That a server lives: says what was known before, so that of two that start together one was first. */
  async sign(send: Send, nowMs: number): Promise<Life> {
    return this.#raise(send, 'alive_ms', nowMs);
  }

  async holdExpiryUntil(send: Send, atMs: number): Promise<void> {
    await this.#raise(send, 'due_not_before_ms', atMs);
  }

  async #raise(send: Send, field: string, value: number): Promise<Life> {
    const values = [field, String(value)];
    return lifeOf(await callFunction(send, 'life', { keys: [this.#keys.life], values }));
  }
}

/** What a call of the script says of the caller: his epoch, his time, and how much of Redis's he believes. */
export function callRow({ epoch, isCallers, nowMs, nowMaxMs, dueMaxMs }: CallRow): Buffer {
  const out = new PackWriter(64);
  for (const value of [epoch, isCallers ? 1 : 0, nowMs, nowMaxMs, dueMaxMs]) out.number(value);
  return out.row();
}

interface CallRow {
  epoch: number;
  /** The time is the caller's, and not Redis's. */
  isCallers: boolean;
  nowMs: number;
  nowMaxMs: number;
  dueMaxMs: number;
}

function lifeOf(reply: Reply): Life {
  const fields = (reply as Buffer[]).map(String);
  const values = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) values.set(fields[at]!, fields[at + 1]!);
  return {
    journalId: values.get('journal_id') ?? '',
    runId: values.get('run_id') ?? '',
    aliveMs: Number(values.get('alive_ms') ?? 0),
    dueNotBeforeMs: Number(values.get('due_not_before_ms') ?? 0),
  };
}
