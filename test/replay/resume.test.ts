// A run that ended anywhere, with answers lost on the way, is continued by the same command and comes
// to the same result. The end is a commit that fails: before it took effect, or after it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, Outcome, Transaction } from '../../src/engines/contract.ts';
import { HoldfastError, MemoryEngine, Stock } from '../../src/index.ts';
import { ReplayTrouble } from '../../src/replay/commands.ts';
import { ReplayStopped, replay } from '../../src/replay/replay.ts';
import { parseStockShare } from '../../src/replay/stock-share.ts';
import { essence, runReplay, SLICE } from './replay-run.ts';

const INVOICES = 400;

/** A memory engine that fails from its nth commit on, until it is mended. */
class FailingEngine extends MemoryEngine {
  commitsLeft = Number.POSITIVE_INFINITY;
  answerLost = false;

  override async commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    this.commitsLeft -= 1;
    if (this.commitsLeft < 0) throw new HoldfastError('unavailable');
    const outcomes = await super.commit(batch);
    if (this.commitsLeft === 0 && this.answerLost) throw new HoldfastError('unavailable');
    return outcomes;
  }
}

function options(inFlightMax: number, partial: boolean) {
  const share = parseStockShare('60%')!;
  return { file: SLICE, share, inFlightMax, partial, invoicesMax: INVOICES };
}

async function openStock(engine: Engine): Promise<Stock> {
  return Stock.open(engine, { sweep: false });
}

for (const partial of [false, true]) {
  test(`killed again and again, then finished (partial: ${partial})`, async () => {
    const expected = essence(await runReplay(options(1_000, partial)));
    const engine = new FailingEngine();
    let kills = 0;
    for (let commits = 2; ; commits += 2) {
      engine.commitsLeft = commits;
      engine.answerLost = kills % 2 === 0;
      const stock = await openStock(engine);
      const inFlight = [1_000, 1, 40][kills % 3]!;
      try {
        const result = await replay(stock, options(inFlight, partial));
        engine.commitsLeft = Number.POSITIVE_INFINITY;
        assert.deepEqual(essence({ result }), expected);
        break;
      } catch (error) {
        assert.ok(error instanceof HoldfastError, String(error));
        kills += 1;
      }
    }
    assert.ok(kills >= 6, `${kills} kills`);
  });
}

test('stopped by a signal, then finished', async () => {
  const expected = essence(await runReplay(options(1_000, false)));
  const engine = new MemoryEngine();
  const controller = new AbortController();
  const stock = await openStock(engine);
  const stopped = replay(stock, {
    ...options(100, false),
    signal: controller.signal,
    onProgress: ({ phase, done }) => {
      if (phase === 'invoices' && done === 300) controller.abort();
    },
  });
  await assert.rejects(stopped, ReplayStopped);
  const result = await replay(stock, options(100, false));
  assert.deepEqual(essence({ result }), expected);
});

test('a finished run sends nothing when it is run again', async () => {
  const engine = new MemoryEngine();
  const first = await runReplay(options(1_000, false), engine);
  const again = await runReplay(options(1_000, false), engine);
  assert.equal(again.result.commands, 0);
  assert.deepEqual(essence(again), essence(first));
});

test('what was refused stays refused, whatever has come in since', async () => {
  const engine = new MemoryEngine();
  const first = await runReplay(options(1_000, false), engine);
  for (const pool of ['85123A', '22086']) {
    assert.equal((await first.stock.receive({ pool, quantity: 1_000_000 })).ok, true);
  }
  const again = await runReplay({ ...options(1_000, false), shared: true }, engine);
  assert.equal(again.result.commands, 0);
  assert.equal(again.result.outcomesDigest, first.result.outcomesDigest);
});

test('another share or mode on the same engine is refused before anything happens', async () => {
  const engine = new MemoryEngine();
  const { stock } = await runReplay(options(1_000, false), engine);
  const { position } = engine.health();
  const others = [
    { ...options(1_000, true) },
    { ...options(1_000, false), share: parseStockShare('61%')! },
  ];
  for (const other of others) await assert.rejects(replay(stock, other), ReplayTrouble);
  assert.equal(engine.health().position, position);
});
