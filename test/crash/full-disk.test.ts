// A disk that fills up under the store: commands are refused as disk-full, reads go on, nothing that
// was acknowledged is lost, nothing that was refused is there, and once there is room everything goes
// on without a restart.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine, Entry } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { Stock } from '../../src/index.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted } from '../support/shop.ts';
import { mountSmallDisk, noSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { allEntries, assertFollowsFrom } from './engine-look.ts';

const skip = noSmallDisk() ?? false;
const RECOVERS_MAX_MS = 60_000;
/** Fills pages quickly. */
const metadata = { note: 'x'.repeat(1_900) };

describe('a full disk', { skip }, () => {
  const disks: SmallDisk[] = [];
  after(() => {
    for (const disk of disks) disk.remove();
  });

  async function openShop(): Promise<{ disk: SmallDisk; address: string; stock: Stock }> {
    const disk = mountSmallDisk(16);
    disks.push(disk);
    const address = `sqlite:${join(disk.path, 'shop.db')}`;
    const stock = await Stock.open(await openEngine(address), { sweep: false });
    accepted(await stock.putPool({ pool: 'tea' }));
    accepted(await stock.receive({ pool: 'tea', quantity: 100_000 }));
    return { disk, address, stock };
  }

  for (const leave of [0, 40_000, 200_000]) {
    test(`with ${leave} bytes left, twice, then room again`, { timeout: 600_000 }, async () => {
      const { disk, address, stock } = await openShop();
      const followed: Entry[] = await allEntries(stock.engine);
      stock.engine.follow((entries) => followed.push(...entries));
      const acknowledged = new Set<string>();
      for (let round = 0; round < 2; round += 1) {
        await buyUntilFull(stock, acknowledged, () => disk.fill(leave));
        await assertReads(stock.engine, followed, acknowledged);
        assert.equal(stock.engine.health().ok, false);
        disk.free();
        await buysAgain(stock, acknowledged);
      }
      await assertReads(stock.engine, followed, acknowledged);
      assert.equal(stock.engine.health().ok, true);
      assert.deepEqual(followed, await allEntries(stock.engine));
      await stock.close();
      await assertOpens(address, acknowledged);
    });
  }

  test('at the end of the process too: what was acknowledged is there', async () => {
    const { disk, address, stock } = await openShop();
    const acknowledged = new Set<string>();
    await buyUntilFull(stock, acknowledged, () => disk.fill());
    await stock.close();
    disk.free();
    await assertOpens(address, acknowledged);
  });
});

/** Many buyers at once, until each has been told that the disk is full. */
async function buyUntilFull(stock: Stock, acknowledged: Set<string>, fill: () => void) {
  const buyer = async (): Promise<void> => {
    while (true) {
      try {
        acknowledged.add(accepted(await reserve(stock)).id);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'disk-full', String(error));
        return;
      }
      await nextTurn();
    }
  };
  const buyers = Array.from({ length: 8 }, buyer);
  fill();
  await Promise.all(buyers);
}

function reserve(stock: Stock) {
  return stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 3_600_000, metadata });
}

async function buysAgain(stock: Stock, acknowledged: Set<string>): Promise<void> {
  const untilMs = performance.now() + RECOVERS_MAX_MS;
  while (true) {
    try {
      acknowledged.add(accepted(await reserve(stock)).id);
      return;
    } catch (error) {
      assert.ok(performance.now() < untilMs, String(error));
      assert.equal((error as { code?: string }).code, 'disk-full', String(error));
    }
    await nextTurn();
  }
}

/** Everything that is shown follows from the entries, and every acknowledged reservation is there. */
async function assertReads(engine: Engine, followed: Entry[], acknowledged: Set<string>) {
  const entries = await allEntries(engine);
  await assertFollowsFrom(engine, entries);
  assert.deepEqual(followed, entries);
  const documents = await engine.documents([...acknowledged]);
  assert.ok(documents.every((document) => document?.state === 'HELD'));
}

async function assertOpens(address: string, acknowledged: Set<string>): Promise<void> {
  const engine = await openEngine(address);
  assert.ok((await verify(engine)).ok);
  const documents = await engine.documents([...acknowledged]);
  assert.ok(documents.every((document) => document?.state === 'HELD'));
  await engine.close();
}
