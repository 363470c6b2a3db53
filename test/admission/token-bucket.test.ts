// The token bucket, against the sentence that defines it: at most burst + rate x time, and no less for
// whoever keeps asking.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MemoryBuckets } from '../../src/admission/memory-buckets.ts';
import type { BucketRule } from '../../src/admission/token-bucket.ts';

const rule = (perSecond: number, burst: number): BucketRule => ({ name: 'sale', perSecond, burst });

function opened(max?: number) {
  const time = { nowMs: 1_700_000_000_000 };
  return { time, buckets: new MemoryBuckets(() => time.nowMs, max) };
}

describe('a token bucket', () => {
  it('admits its burst at once, then as many as come in', () => {
    const { time, buckets } = opened();
    const ask = () => buckets.take([{ rule: rule(2_000, 2_000), key: 'spring' }]).isAdmitted;
    const admitted = (times: number) => Array.from({ length: times }, ask).filter(Boolean).length;
    assert.equal(admitted(10_000), 2_000);
    time.nowMs += 500;
    assert.equal(admitted(10_000), 1_000);
    time.nowMs += 60_000;
    assert.equal(admitted(10_000), 2_000);
  });

  it('says what is left, and when to come again', () => {
    const { time, buckets } = opened();
    const ask = () => buckets.take([{ rule: rule(0.5, 3), key: 'ann' }]).looks[0]!;
    assert.deepEqual([ask().remaining, ask().remaining, ask().remaining], [2, 1, 0]);
    const { isAdmitted, remaining, waitMs, fullInMs } = ask();
    assert.deepEqual([isAdmitted, remaining, waitMs, fullInMs], [false, 0, 2_000, 6_000]);
    time.nowMs += 1_999;
    assert.equal(ask().isAdmitted, false);
    time.nowMs += 1;
    assert.equal(ask().isAdmitted, true);
  });

  it('takes from all of several, or from none', () => {
    const { buckets } = opened();
    const ask = (buyer: string) =>
      buckets.take([
        { rule: rule(1, 10), key: 'spring' },
        { rule: { name: 'buyer', perSecond: 1, burst: 1 }, key: buyer },
      ]);
    assert.equal(ask('ann').isAdmitted, true);
    for (let count = 0; count < 20; count += 1) assert.equal(ask('ann').isAdmitted, false);
    assert.equal(ask('bob').looks[0]!.remaining, 8);
  });

  it('admits at most burst + rate x time in any window, and as much to whoever always asks', () => {
    const asking = fc.array(fc.record({ waitMs: fc.nat(400), times: fc.nat(8) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        asking,
        (perSecond, burst, steps) => {
          const { time, buckets } = opened();
          const admittedMs: number[] = [];
          for (const { waitMs, times } of steps) {
            time.nowMs += waitMs;
            for (let count = 0; count < times; count += 1) {
              const { isAdmitted } = buckets.take([{ rule: rule(perSecond, burst), key: 'k' }]);
              if (isAdmitted) admittedMs.push(time.nowMs);
            }
          }
          for (let from = 0; from < admittedMs.length; from += 1) {
            for (let to = from; to < admittedMs.length; to += 1) {
              const seconds = (admittedMs[to]! - admittedMs[from]!) / 1_000;
              assert.ok(to - from + 1 <= burst + perSecond * seconds + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('forgets whoever has been away for long enough, and nobody else', () => {
    const { time, buckets } = opened();
    const ask = (key: string) => buckets.take([{ rule: rule(1, 5), key }]);
    for (let count = 0; count < 1_000; count += 1) ask(`once-${count}`);
    for (let count = 0; count < 5; count += 1) ask('often');
    for (let step = 0; step < 20; step += 1) {
      time.nowMs += 1_000;
      assert.equal(ask('often').isAdmitted, true);
      assert.equal(ask('often').isAdmitted, false);
    }
    assert.ok(buckets.size < 10, `${buckets.size}`);
  });

  it('knows so many at most, whoever makes names up, and of those who took the most', () => {
    const { time, buckets } = opened(1_000);
    const sale = { rule: rule(0.01, 500), key: 'spring' };
    const buyer = (key: string) => ({ rule: { name: 'buyer', perSecond: 0.001, burst: 50 }, key });
    const takes = (key: string) => buckets.take([buyer(key)]).isAdmitted;
    const emptied = Array.from({ length: 100 }, (_, nth) => `real-${nth}`);
    for (const key of emptied) for (let count = 0; count < 50; count += 1) assert.ok(takes(key));
    for (let count = 0; count < 500; count += 1) assert.ok(buckets.take([sale]).isAdmitted);
    for (let count = 0; count < 20_000; count += 1) {
      time.nowMs += 0.1;
      assert.ok(takes(`made-up-${count}`));
      assert.ok(buckets.size <= 1_000, `${buckets.size}`);
    }
    assert.equal(buckets.take([sale]).isAdmitted, false);
    for (const key of emptied) assert.equal(takes(key), false, key);
  });
});
