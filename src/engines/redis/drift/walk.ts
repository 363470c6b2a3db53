// Goes through all that a store in Redis and its record have, a part at a time and round and round: names of
// what either side has, and what stands in Redis's sorted sets for nothing. Compares nothing.

import type { LiveMark, RecordRowsReader } from '../../postgres/record-rows.ts';
import type { Send } from '../connection.ts';
import type { StoreKeys } from '../keys.ts';
import { callFunction } from '../scripted.ts';
import type { Difference } from './difference.ts';

interface WalkOptions {
  send: Send;
  keys: StoreKeys;
  rows: RecordRowsReader;
  /** Names in one part. */
  part: number;
}

export interface Part {
  owners: string[];
  documents: string[];
  strays: Difference[];
  /** All has been gone through once more. */
  isLast: boolean;
}

const FIRST_LIVE: LiveMark = { liveMs: 0, id: '' };
const SOURCES = [
  'owners',
  'named',
  'live',
  'ownersHere',
  'documentsHere',
  'deadlines',
  'index',
] as const;

export class Walk {
  readonly #options: WalkOptions;
  #source = 0;
  #name = '';
  #live = FIRST_LIVE;
  #cursor = '0';

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async next(): Promise<Part> {
    const part: Part = { owners: [], documents: [], strays: [], isLast: false };
    const { keys, rows, part: limit } = this.#options;
    const source = SOURCES[this.#source]!;
    let isOver = false;
    if (source === 'owners') {
      part.owners = await rows.ownersAfter(this.#name, limit);
      this.#name = part.owners.at(-1) ?? '';
      isOver = part.owners.length < limit;
    } else if (source === 'named') {
      part.documents = await rows.namedAfter(this.#name, limit);
      this.#name = part.documents.at(-1) ?? '';
      isOver = part.documents.length < limit;
    } else if (source === 'live') {
      const marks = await rows.liveAfter(this.#live, limit);
      part.documents = marks.map(({ id }) => id);
      this.#live = marks.at(-1) ?? FIRST_LIVE;
      isOver = marks.length < limit;
    } else if (source === 'ownersHere') {
      part.owners = await this.#scan('names', [keys.owners]);
      isOver = this.#cursor === '0';
    } else if (source === 'documentsHere') {
      part.documents = await this.#scan('names', [keys.documents]);
      isOver = this.#cursor === '0';
    } else {
      part.strays = await this.#strays(source);
      isOver = this.#cursor === '0';
    }
    if (isOver) this.#turn();
    part.isLast = isOver && this.#source === 0;
    return part;
  }

  #turn(): void {
    this.#source = (this.#source + 1) % SOURCES.length;
    this.#cursor = '0';
    this.#name = '';
    this.#live = FIRST_LIVE;
  }

  async #strays(what: 'deadlines' | 'index'): Promise<Difference[]> {
    const { keys } = this.#options;
    const isTimed = what === 'deadlines';
    const found = await this.#scan('strays', [keys[what], keys.documents], isTimed ? '1' : '0');
    return found.map((member) => ({
      what: isTimed ? 'deadline' : 'index',
      id: isTimed ? member : documentIn(member),
      ...(isTimed ? {} : { of: member }),
      redis: 'filed',
      record: undefined,
    }));
  }

  async #scan(name: 'names' | 'strays', keys: string[], ...more: string[]): Promise<string[]> {
    const { send, part } = this.#options;
    const values = [this.#cursor, String(part), ...more];
    const reply = (await callFunction(send, name, { keys, values })) as Buffer[];
    const [cursor, ...found] = reply.map(String) as [string, ...string[]];
    this.#cursor = cursor;
    return found;
  }
}

/** The document that a text of the index leads to. */
function documentIn(text: string): string {
  const behind = text.slice(text.indexOf('\0') + 1);
  if (text.startsWith('c')) return behind.slice(16);
  return text.startsWith('r') ? `pool:${behind}` : behind;
}
