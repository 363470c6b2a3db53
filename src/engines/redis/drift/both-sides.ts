// Looks at owners and documents in Redis and in the record, and says where they differ as of one batch of the
// stream: what is decided and not recorded yet is added to what is recorded, so that what is merely late is no
// difference. Changes nothing.

import type { Document } from '../../contract.ts';
import type { RecordRowsReader } from '../../postgres/record-rows.ts';
import type { Send } from '../connection.ts';
import { readDocument } from '../document-blob.ts';
import type { StoreKeys } from '../keys.ts';
import { PackReader } from '../pack-reader.ts';
import type { Place } from '../place.ts';
import { readOwner } from '../reads.ts';
import { callFunction } from '../scripted.ts';
import { indexMembers } from '../stored-state.ts';
import { readStream } from '../stream.ts';
import {
  type Difference,
  deadlineDifferences,
  documentDifferences,
  ownerDifferences,
} from './difference.ts';
import { addEntries, type Rows } from './expected.ts';

/** What is this far behind is looked at when it is not. */
const BEHIND_MAX = 64;

export interface Names {
  owners: readonly string[];
  documents: readonly string[];
}

/** One look: what was seen of either side, and where they differ. */
export interface Look {
  place: Place;
  /** How far the record was. */
  recorded: Place;
  differences: Difference[];
  /** How often something in Redis was set to what the record says. */
  mended: string;
  expected: Rows;
  /** As the bytes stand in Redis. */
  owners: Map<string, Buffer | undefined>;
  documents: Map<string, Buffer | undefined>;
  /** Named by entries that are not recorded yet. */
  pending: Set<string>;
}

interface BothSidesOptions {
  send: Send;
  keys: StoreKeys;
  rows: RecordRowsReader;
}

type LookReply = [
  metadata: Buffer,
  latest: Buffer,
  mended: Buffer,
  owners: (Buffer | null)[],
  documents: (Buffer | null)[],
  deadlines: (Buffer | null)[],
];

export class BothSides {
  readonly #options: BothSidesOptions;

  constructor(options: BothSidesOptions) {
    this.#options = options;
  }

  /** Undefined: the record is too far behind, or went on meanwhile. */
  async look(names: Names): Promise<Look | undefined> {
    const record = await this.#options.rows.read(names);
    const reply = await this.#ask(names);
    const [metadata, latest, mended] = reply;
    const epoch = new PackReader(metadata).number();
    const place = { epoch, number: new PackReader(latest).number() };
    const { place: recorded } = record;
    if (epoch !== recorded.epoch || place.number - recorded.number > BEHIND_MAX) return undefined;
    const expected: Rows = {
      owners: new Map(names.owners.map((id) => [id, undefined])),
      documents: new Map(names.documents.map((id) => [id, undefined])),
    };
    for (const owner of record.owners) expected.owners.set(owner.owner, owner);
    for (const document of record.documents) expected.documents.set(document.id, document);
    const pending = new Set<string>();
    if (!(await this.#addPending(expected, pending, recorded, place))) return undefined;
    const owners = new Map(names.owners.map((id, at) => [id, reply[3][at] ?? undefined]));
    const documents = new Map(names.documents.map((id, at) => [id, reply[4][at] ?? undefined]));
    const scores = names.documents.map((_, at) => reply[5][at] ?? undefined);
    const differences = differencesOf({ expected, owners, documents, scores });
    differences.push(...(await this.#unfiled(documents)));
    const state = { mended: String(mended), expected, owners, documents, pending };
    return { place, recorded, differences, ...state };
  }

  async #ask({ owners, documents }: Names): Promise<LookReply> {
    const { send, keys } = this.#options;
    const { metadata, latest, life } = keys;
    const named = [metadata, latest, life, keys.owners, keys.documents, keys.deadlines];
    const values = [String(owners.length), ...owners, ...documents];
    return (await callFunction(send, 'look', { keys: named, values })) as unknown as LookReply;
  }

  /** False where the stream has not all of them any more. */
  async #addPending(rows: Rows, pending: Set<string>, after: Place, to: Place): Promise<boolean> {
    const count = to.number - after.number;
    if (count <= 0) return count === 0;
    const { send, keys } = this.#options;
    const batches = await readStream(send, { key: keys.stream, after, count });
    if (batches.length < count) return false;
    const [first] = batches;
    if (first!.epoch !== after.epoch || first!.number !== after.number + 1) return false;
    for (const { decided } of batches) {
      addEntries(rows, decided);
      for (const { seqs, documents } of decided) {
        for (const [owner] of seqs) pending.add(owner);
        for (const { id } of documents) pending.add(id);
      }
    }
    return true;
  }

  /** Documents that the index does not lead to. */
  async #unfiled(documents: ReadonlyMap<string, Buffer | undefined>): Promise<Difference[]> {
    const { send, keys } = this.#options;
    const values: string[] = [];
    const idOf = new Map<string, string>();
    for (const [id, value] of documents) {
      const document = value && readDocument(id, value);
      const texts = document === undefined ? [] : indexMembers(document);
      if (texts.length === 0) continue;
      values.push(id, String(document!.version), String(texts.length), ...texts);
      for (const text of texts) idOf.set(text, id);
    }
    if (values.length === 0) return [];
    const reply = await callFunction(send, 'unfiled', {
      keys: [keys.documents, keys.index],
      values,
    });
    return (reply as Buffer[]).map(String).map((text): Difference => {
      return { what: 'index', id: idOf.get(text)!, of: text, redis: undefined, record: 'filed' };
    });
  }
}

function differencesOf(seen: {
  expected: Rows;
  owners: ReadonlyMap<string, Buffer | undefined>;
  documents: ReadonlyMap<string, Buffer | undefined>;
  scores: readonly (Buffer | undefined)[];
}): Difference[] {
  const { expected, owners, documents, scores } = seen;
  const found: Difference[] = [];
  for (const [id, value] of owners) {
    const here = value && readOwner(id, value);
    found.push(...ownerDifferences(id, here, expected.owners.get(id)));
  }
  for (const [at, [id, value]] of [...documents].entries()) {
    const here: Document | undefined = value && readDocument(id, value);
    found.push(...documentDifferences(id, here, expected.documents.get(id)));
    const score = scores[at];
    found.push(...deadlineDifferences(here, score === undefined ? undefined : Number(score)));
  }
  return found;
}
