// A stream that is recorded hours after it was decided: what requests it has are remembered as long as they
// would be if it had come at once.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { Forgetting } from '../../../src/engines/postgres/forgetting.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';
import { RecordedStream } from './recorded-stream.ts';

const HOUR_MS = 3_600_000;

it('a request of what is still held is remembered, though it was recorded late', {
  skip: postgresMissing() ?? false,
}, async () => {
  const stream = await RecordedStream.open();
  const recorder = await stream.recorder();
  const { connectionString, schema } = postgresAddress(stream.schema.address);
  const connections = await Connections.open(connectionString, 1);
  const { shop } = stream;
  const pass = async (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) {
      shop.time.passMs(HOUR_MS);
      // A server that starts anew, so that none has done this hour's work yet.
      await new Forgetting(connections, schema).step(shop.time.wallMs());
    }
  };
  const isKnown = async (key: string) => {
    const [answer] = await recorder.firstAnswers([{ principal: 'local', key }]);
    return answer !== undefined;
  };
  await shop.fill({ tea: 5 });
  await recorder.recordBatches([await stream.next()]);
  const line = { lines: [{ pool: 'tea', quantity: 1 }] };
  accepted(await shop.stock.reserve({ ...line, holdForMs: 90 * HOUR_MS }, { key: 'long' }));
  const short = await shop.stock.reserve({ ...line, holdForMs: 2 * HOUR_MS }, { key: 'short' });
  accepted(await shop.stock.cancel({ reservation: accepted(short).id }));
  const late = await stream.next();
  await pass(3);
  await recorder.recordBatches([late]);
  await pass(40);
  assert.ok(await isKnown('long'), 'it is still held');
  await shop.stock.sweep();
  shop.time.passMs(60 * HOUR_MS);
  await shop.stock.sweep();
  await recorder.recordBatches([await stream.next()]);
  await pass(30);
  assert.equal(await isKnown('long'), false, 'it has been over for more than a day');
  assert.equal(await isKnown('short'), false);
  await connections.close();
  await stream.close();
});
