// Requests are remembered until a day after their documents are final, and then forgotten.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { Forgetting } from '../../../src/engines/postgres/forgetting.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';

const HOUR_MS = 3_600_000;

it('a key is known until a day after its document is final', {
  skip: postgresMissing() ?? false,
}, async () => {
  const { address, drop } = await freshSchema();
  const { connectionString, schema } = postgresAddress(address);
  const connections = await Connections.open(connectionString, 1);
  const time = new ManualTime();
  const open = async () =>
    Stock.open(await PostgresEngine.open(address, { time }), { sweep: false });
  let stock = await open();
  const pass = async (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) {
      time.passMs(HOUR_MS);
      // A server that starts anew, so that none has done this hour's work yet.
      await new Forgetting(connections, schema).step(time.wallMs());
    }
  };
  const line = { lines: [{ pool: 'tea', quantity: 1 }] };
  const short = { ...line, holdForMs: HOUR_MS };
  const long = { ...line, holdForMs: 90 * HOUR_MS };
  const known = async (command: typeof short, key: string) => {
    const again = await stock.reserve(command, { key });
    return again.ok && again.repeated;
  };
  accepted(await stock.putPool({ pool: 'tea' }));
  accepted(await stock.receive({ pool: 'tea', quantity: 9 }, { key: 'delivery' }));
  const early = accepted(await stock.reserve(short, { key: 'early' }));
  accepted(await stock.confirm({ reservation: early.id }, { key: 'paid' }));
  await pass(1);
  const held = accepted(await stock.reserve(long, { key: 'long' }));
  await pass(22);
  assert.ok(await known(short, 'early'), 'final for less than a day');
  await pass(5);
  assert.ok(await known(long, 'long'), 'it is held');
  assert.equal(await known(short, 'early'), false, 'a first try');
  accepted(await stock.confirm({ reservation: held.id }));
  await pass(23);
  assert.ok(await known(long, 'long'), 'final for less than a day');
  await pass(3);
  assert.equal(await known(long, 'long'), false);
  await stock.close();
  stock = await open();
  assert.ok(await known(long, 'long'), 'the second time that it was tried');
  await stock.close();
  await connections.close();
  await drop();
});
