// Many buyers at once over connections that break at random: nothing is sold twice, every call ends,
// and what nobody could answer is told apart by its key. The seed of a failure is in its message.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Answer,
  HoldfastClient,
  HoldfastClientError,
  type Reservation,
} from '../../src/client/index.ts';
import { ServedShop } from '../http/served-shop.ts';
import { listed } from './expectations.ts';
import { type Fault, FaultyProxy } from './faulty-proxy.ts';

const UNITS = 300;
const BUYERS = 400;
const FAULTS: readonly Fault[] = ['cut-before', 'cut-after', 'cut-within', 502, 503];
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Mulberry32 (Tommy Ettinger, public domain). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Purchase {
  key: string;
  reserved: Answer<Reservation> | HoldfastClientError;
  confirmed?: Answer<Reservation> | HoldfastClientError;
}

async function ended<T>(call: Promise<Answer<T>>): Promise<Answer<T> | HoldfastClientError> {
  return call.catch((error: unknown) => {
    assert.ok(error instanceof HoldfastClientError, `not ours: ${error}`);
    assert.ok(error.key);
    return error;
  });
}

async function buy(client: HoldfastClient, buyer: number): Promise<Purchase> {
  const key = `order-${buyer}`;
  const order = { lines: [{ pool: 'rare', quantity: 1 }], buyer: `b${buyer}` };
  const reserved = await ended(client.reserve(order, { key }));
  if (reserved instanceof HoldfastClientError || !reserved.ok) return { key, reserved };
  const reservation = reserved.value.id;
  return { key, reserved, confirmed: await ended(client.confirm({ reservation })) };
}

for (const [batch, name] of [
  [{}, 'together'],
  [{ itemsMax: 7 }, 'in small batches'],
] as const) {
  test(`${BUYERS} buyers of ${UNITS} units ${name}, every other request broken; SEED=${seed}`, async () => {
    const shop = await ServedShop.open();
    const proxy = await FaultyProxy.open(shop.url);
    try {
      await shop.fill('rare', UNITS);
      const random = randomFrom(seed);
      proxy.fault = () => (random() < 0.5 ? FAULTS[Math.floor(random() * FAULTS.length)]! : 'none');
      const client = new HoldfastClient({
        url: proxy.url,
        batch,
        timeoutMs: 60_000,
        retry: { firstMs: 1, mostMs: 8 },
      });
      const purchases = await Promise.all(
        Array.from({ length: BUYERS }, (_, buyer) => buy(client, buyer)),
      );
      await judge(shop, purchases);
    } finally {
      await proxy.close();
      await shop.close();
    }
  });
}

/** Against the server itself, without faults on the way. */
async function judge(shop: ServedShop, purchases: readonly Purchase[]): Promise<void> {
  const [available, held, sold] = await shop.balances('rare');
  assert.equal(available + held + sold, UNITS);
  const client = new HoldfastClient({ url: shop.url });
  const all = await listed(client.reservations({ limit: 200 }));
  assert.equal(all.length, held + sold, 'as many reservations as units taken: no key took two');
  let refused = 0;
  for (const { reserved, confirmed } of purchases) {
    if (reserved instanceof HoldfastClientError) continue;
    if (!reserved.ok) {
      assert.equal(reserved.code, 'insufficient-stock');
      refused += 1;
      continue;
    }
    const { id } = reserved.value;
    const stored = all.find((reservation) => reservation.id === id);
    assert.ok(stored, 'an acknowledged reservation is there');
    if (confirmed instanceof HoldfastClientError) continue;
    assert.ok(confirmed?.ok, JSON.stringify(confirmed));
    assert.equal(stored.status, 'CONFIRMED');
  }
  assert.ok(refused <= BUYERS - UNITS, 'nobody was refused while units were left');
}
