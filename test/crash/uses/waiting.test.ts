// `kill -9` of the server between every step of serving a line: nobody is skipped or served twice, and no
// unit is forgotten.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINE_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { openUses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { CrashedServer, type Send } from './crashed-server.ts';

const UNITS = 4;

for (const point of LINE_CRASH_POINTS) {
  test(`the server dies at ${point}`, async () => {
    const waiters: string[] = [];
    const crashed = await CrashedServer.at(point, {
      count: point.startsWith('offer') ? 3 : 1,
      work: async (send: Send) => {
        const line = { lines: [{ pool: 'tea', quantity: 1 }] };
        await send('PUT', '/v1/pools/tea', {});
        await send('POST', '/v1/pools/tea/receive', { quantity: UNITS });
        const held: string[] = [];
        for (let count = 0; count < UNITS; count += 1) {
          held.push(String((await send('POST', '/v1/reservations', line)).id));
        }
        for (const buyer of ['a', 'b', 'c']) {
          const place = await send('POST', '/v1/pools/tea/waiters', { buyer, quantity: 1 });
          waiters.push(String(place.id));
        }
        for (const id of held) await send('POST', `/v1/reservations/${id}/cancel`);
      },
    });
    const { stock, time } = await crashed.open();
    const uses = await openUses(stock);
    const { waiting: lists } = uses;
    await lists.idle();
    time.passMs(61_000);
    await stock.sweep();
    await lists.idle();
    const [owner] = await stock.engine.owners(['tea']);
    assert.equal(owner!.accounts.offered?.balance ?? 0, 0, 'no unit lies between');
    const found = await stock.engine.documents(waiters);
    const states = found.map((document) => document!.state);
    assert.deepEqual(states, ['OFFERED', 'OFFERED', 'OFFERED']);
    const { problems } = await verify(stock.engine);
    assert.deepEqual(problems, []);
    await uses.close();
    await stock.close();
  });
}
