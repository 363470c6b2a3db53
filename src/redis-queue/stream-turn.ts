// A turn as an entry of a stream, written and read.

import type { Send } from '../engines/redis/connection.ts';
import type { Turn } from '../uses/queue/order-queue.ts';

export interface StreamTurn {
  id: string;
  /** Undefined for what is none. */
  turn: Turn | undefined;
}

const FIELDS = ['order', 'product', 'at'] as const;

export function fieldsOf({ order, product, atMs }: Turn): string[] {
  const values = [order, product, String(atMs)];
  return FIELDS.flatMap((name, index) => [name, values[index]!]);
}

export interface Reading {
  /** Stream and the id behind which it is read. */
  from: ReadonlyMap<string, string>;
  count: number;
  /** Where there is nothing new it is waited for. */
  waitMs: number;
}

type Fields = readonly Buffer[];
type Found = readonly [stream: Buffer, entries: readonly (readonly [id: Buffer, fields: Fields])[]];

export async function readTurns(
  send: Send,
  { from, count, waitMs }: Reading,
): Promise<Map<string, StreamTurn[]>> {
  const bounds = ['COUNT', String(count), 'BLOCK', String(waitMs)];
  const reply = await send('XREAD', ...bounds, 'STREAMS', ...from.keys(), ...from.values());
  const found = (reply ?? []) as unknown as readonly Found[];
  return new Map(
    found.map(([stream, entries]) => [
      String(stream),
      entries.map(([id, fields]) => ({ id: String(id), turn: turnOf(fields) })),
    ]),
  );
}

function turnOf(fields: Fields): Turn | undefined {
  const named = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    named.set(String(fields[at]), String(fields[at + 1]));
  }
  const [order, product, at] = FIELDS.map((name) => named.get(name));
  const atMs = Number(at);
  if (order === undefined || product === undefined || !Number.isFinite(atMs)) return undefined;
  return { order, product, atMs };
}
