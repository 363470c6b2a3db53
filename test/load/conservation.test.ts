// The count after a load finds units that nobody was told of, in either direction.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { countUnits } from '../../load/conservation.ts';
import { Ledger } from '../../load/ledger.ts';
import { HoldfastClient } from '../../src/client/index.ts';
import { ServedShop } from '../http/served-shop.ts';

let shop: ServedShop;
let client: HoldfastClient;
before(async () => {
  shop = await ServedShop.open();
  client = new HoldfastClient({ url: shop.url });
  await shop.fill('tea', 10);
  await shop.fill('cup', 5);
  const { id } = await shop.hold('tea', 3);
  await client.confirm({ reservation: id });
});
after(() => shop.close());

function told(tea: number, sold: number): Ledger {
  const ledger = new Ledger();
  Object.assign(ledger.pool('tea'), { came: tea, sold });
  ledger.pool('cup').came = 5;
  return ledger;
}

test('what agrees with the answers is conserved', async () => {
  const { conserved, units, sold, problems } = await countUnits(client, told(10, 3), 0);
  assert.deepEqual(
    { conserved, units, sold, problems },
    {
      ...{ conserved: true, units: 15, sold: 3 },
      problems: [],
    },
  );
});

test('a unit too many and a sale that was not answered are named', async () => {
  const { conserved, problems } = await countUnits(client, told(9, 2), 0);
  assert.equal(conserved, false);
  assert.deepEqual(problems, ['tea has 10, 9 came', 'tea sold 3, 2 by the answers']);
});

test('what is still held is named', async () => {
  const { id } = await shop.hold('cup', 2);
  const { problems } = await countUnits(client, told(10, 3), 0);
  assert.deepEqual(problems, ['cup still holds 2']);
  await client.cancel({ reservation: id });
});
