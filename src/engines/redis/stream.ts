// The stream of a store: an entry for each batch that was decided, and what it came to. Reads it; what is in
// it only the script writes.

import type { Decided, RequestIdentity } from '../contract.ts';
import { readAnswer } from './answer.ts';
import { readPayload } from './batch-reader.ts';
import type { BatchPayload } from './batch-writer.ts';
import type { Reply, Send } from './connection.ts';
import { DecidedBatch } from './decided-batch.ts';
import { type Place, placeText, readPlace } from './place.ts';
import type { DecidedBatch as StreamBatch } from './remembering.ts';

/** One entry of the stream, as Redis gives it. */
export type StreamEntry = readonly [id: Buffer, fields: readonly Buffer[]];

/** The batches after one of them, in order. */
export async function readStream(
  send: Send,
  { key, after, count }: { key: string; after: Place; count: number },
): Promise<StreamBatch[]> {
  const reply = await send('XRANGE', key, `(${placeText(after)}`, '+', 'COUNT', String(count));
  return (reply as unknown as StreamEntry[]).map(batchOf);
}

/** The entry of a request that was accepted in a batch; undefined where the stream has it no more. */
export async function firstAnswer(
  send: Send,
  { key, id, request }: { key: string; id: string; request: RequestIdentity },
): Promise<Decided | undefined> {
  const reply: Reply = await send('XRANGE', key, id, id);
  const [entry] = reply as unknown as StreamEntry[];
  if (entry === undefined) return undefined;
  return batchOf(entry).decided.find(({ request: asked }) => {
    return asked?.key === request.key && asked.principal === request.principal;
  });
}

function batchOf([id, fields]: StreamEntry): StreamBatch {
  const payload: BatchPayload = { unread: fields[1]!, frame: fields[3]!, groups: [] };
  let answer = fields[5]!;
  for (let at = 0; at < fields.length; at += 2) {
    const name = String(fields[at]);
    if (name === 'u') payload.unread = fields[at + 1]!;
    else if (name === 'f') payload.frame = fields[at + 1]!;
    else if (name === 'a') answer = fields[at + 1]!;
    else payload.groups.push(fields[at + 1]!);
  }
  return { ...readPlace(String(id)), decided: readBatch(payload, answer) };
}

/** What was accepted of a batch, as it was decided. */
export function readBatch(payload: BatchPayload, answer: Buffer): Decided[] {
  const { names, transactions } = readPayload(payload);
  return DecidedBatch.entriesOf(transactions, readAnswer(answer, names), names);
}
