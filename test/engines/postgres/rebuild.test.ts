// What a fresh store is given to decide from: all of it, page by page, as of one moment, whatever is recorded
// meanwhile, and whether or not somebody reads to the end.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RebuildPage } from '../../../src/engines/postgres/recorder.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';
import { RecordedStream } from './recorded-stream.ts';

/** More than fit on a page. */
const LIVE = 6_000;

describe('what a fresh store is given', { skip: postgresMissing() ?? false }, () => {
  it('is of one moment, while more is recorded', async () => {
    const stream = await RecordedStream.open();
    const recorder = await stream.recorder();
    await stream.shop.fill({ tea: LIVE + 10 });
    const ended = await stream.hold(1, 'ended');
    accepted(await stream.shop.stock.cancel({ reservation: ended }));
    for (let count = 0; count < LIVE; count += 1) await stream.hold(1, `live ${count}`);
    await recorder.recordBatches([await stream.next()]);
    const latestMs = stream.shop.time.wallMs();
    const counts: Record<string, number[]> = {};
    let available: number | undefined;
    for await (const page of recorder.rebuildState()) {
      const { kind } = page;
      if (kind === 'moment') {
        assert.deepEqual([page.record.epoch, page.record.number], [1, 1]);
        assert.equal(page.latestMs, latestMs);
        stream.shop.time.passMs(1);
        await stream.hold(5, 'too late');
        const later = await recorder.recordBatches([await stream.next()]);
        assert.ok(later.ok && later.refused.length === 0);
        continue;
      }
      if (kind === 'owners') available = page.owners[0]!.accounts.available!.balance;
      counts[kind] = [...(counts[kind] ?? []), sizeOf(page)];
    }
    assert.equal(available, 10);
    // The pool has a document too.
    assert.deepEqual(counts, {
      owners: [1],
      documents: [5_000, LIVE + 1 - 5_000],
      requests: [5_000, LIVE + 1 - 5_000],
    });
    assert.equal((await stream.balances()).available, 5);
    await stream.close();
  });

  it('may be left before its end', async () => {
    const stream = await RecordedStream.open();
    const recorder = await stream.recorder();
    await stream.shop.fill({ tea: 5 });
    await recorder.recordBatches([await stream.next()]);
    // More often than there are connections.
    for (let time = 0; time < 9; time += 1) {
      for await (const { kind } of recorder.rebuildState()) if (kind === 'owners') break;
    }
    assert.equal((await recorder.look()).number, 1);
    await stream.close();
  });

  it('is nothing for a store that has nothing', async () => {
    const stream = await RecordedStream.open({ epoch: false });
    const pages: RebuildPage[] = [];
    for await (const page of (await stream.recorder()).rebuildState()) pages.push(page);
    assert.deepEqual(
      pages.map((page) => page.kind === 'moment' && [page.record.epoch, page.latestMs]),
      [[0, 0]],
    );
    await stream.close();
  });
});

function sizeOf(page: RebuildPage): number {
  if (page.kind === 'documents') return page.documents.length;
  if (page.kind === 'requests') return page.requests.length;
  return page.kind === 'owners' ? page.owners.length : 1;
}
