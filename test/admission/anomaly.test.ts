// Who is odd, and how odd: by what was seen of them within the last minute; in a memory that has an end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnomalyWatch } from '../../src/admission/anomaly/anomaly-watch.ts';
import { SUBJECTS_MAX } from '../../src/admission/anomaly/recent-subjects.ts';
import { pointsOf, reasonsOf } from '../../src/admission/anomaly/score.ts';
import { readAddress } from '../../src/kernel/address.ts';

function opened() {
  const time = { nowMs: 1_700_000_000_000 };
  const watch = new AnomalyWatch(() => time.nowMs);
  const who = (address: string, account?: string, device?: string) => {
    return { address: readAddress(address)!, account, device };
  };
  return { time, watch, who };
}

test('a score is the sum of what goes beyond anybody, up to 100, the weightiest reason first', () => {
  const like = (attempts: number, refusals: number, others: number) => {
    const seen = { attempts, refusals, others };
    return { score: pointsOf('address', seen), reasons: reasonsOf('address', seen) };
  };
  assert.deepEqual(like(20, 5, 3), { score: 0, reasons: [] });
  assert.deepEqual(like(24, 5, 5), {
    score: 10,
    reasons: [
      { reason: 'accounts-per-address', count: 5 },
      { reason: 'attempts', count: 24 },
    ],
  });
  assert.equal(like(1_000, 1_000, 1_000).score, 100);
  assert.deepEqual(
    reasonsOf('account', { attempts: 1, refusals: 30, others: 3 }).map(({ reason }) => reason),
    ['refusals', 'addresses-per-account'],
  );
});

test('an address with many accounts is odd, a family is not; a minute later it is forgotten', () => {
  const { time, watch, who } = opened();
  for (let count = 0; count < 30; count += 1) watch.attempted(who('203.0.113.9', `bot-${count}`));
  for (const member of ['ann', 'bob', 'cyd']) watch.attempted(who('198.51.100.1', member));
  assert.equal(watch.look(who('198.51.100.1', 'ann')), undefined);
  const odd = watch.look(who('203.0.113.9', 'dan'))!;
  assert.deepEqual([odd.kind, odd.value, odd.score], ['address', '203.0.113.9', 65]);
  assert.deepEqual(odd.reasons[0], { reason: 'accounts-per-address', count: 30 });
  const { kind, value, score, reasons } = odd;
  assert.deepEqual(watch.highest(10), [{ kind, value, score, reasons }]);
  time.nowMs += 90_000;
  // Half of the minute before still counts.
  assert.equal(watch.look(who('203.0.113.9'))!.score, 48);
  time.nowMs += 30_000;
  assert.equal(watch.look(who('203.0.113.9')), undefined);
});

test('an account with many addresses is odd, a /64 is one; so is a device with many accounts', () => {
  const { watch, who } = opened();
  for (let count = 0; count < 8; count += 1) {
    watch.attempted(who(`203.0.113.${count}`, 'mallory'));
    watch.attempted(who(`2001:db8:1:2::${count}`, 'ann'));
    watch.attempted(who(`2001:db8:9:${count}::1`, `made-${count}`, 'd-1'));
  }
  const names = watch.highest(10).map(({ kind, value, score }) => [kind, value, score]);
  assert.deepEqual(names, [
    ['device', 'd-1', 56],
    ['account', 'mallory', 48],
  ]);
});

test('who comes with the same ones in the next minute is not taken for so many more', () => {
  const { time, watch, who } = opened();
  const others = () => watch.look(who('203.0.113.9'))?.reasons[0]?.count;
  for (let count = 0; count < 20; count += 1) watch.attempted(who('203.0.113.9', `bot-${count}`));
  assert.equal(others(), 20);
  time.nowMs += 60_000;
  for (let count = 10; count < 30; count += 1) watch.attempted(who('203.0.113.9', `bot-${count}`));
  // 20 of this minute, and the ten of the one before that were not seen again.
  assert.equal(others(), 30);
  time.nowMs += 30_000;
  assert.equal(others(), 25);
  time.nowMs += 30_000;
  assert.equal(others(), 20);
  watch.attempted(who('203.0.113.9', 'bot-29'));
  assert.equal(others(), 20);
});

test('the first time counts like any other, whoever came in between, and whatever the clock does', () => {
  for (const between of [0, SUBJECTS_MAX]) {
    const { time, watch, who } = opened();
    const score = () => watch.look(who('203.0.113.9', 'mallory'))?.score;
    watch.attempted(who('203.0.113.1', 'mallory'));
    time.nowMs += 60_000;
    for (let count = 0; count < between; count += 1) {
      watch.attempted(who('198.51.100.1', `other-${count}`));
    }
    for (const last of [2, 3, 4]) watch.attempted(who(`203.0.113.${last}`, 'mallory'));
    assert.equal(score(), 16);
    time.nowMs += 30_000;
    assert.equal(score(), 12);
    time.nowMs += 30_000;
    assert.equal(score(), 8);
    time.nowMs -= 1_000_000;
    watch.attempted(who('203.0.113.1', 'ann'));
    for (const last of [2, 3, 4]) watch.attempted(who(`203.0.113.${last}`, 'ann'));
    assert.equal(watch.look(who('203.0.113.9', 'ann'))?.score, 16);
    // Who was turned away at the first time.
    watch.attempted(who('203.0.113.7', 'bob'));
    for (let count = 0; count < 10; count += 1) watch.refused(who('203.0.113.8', 'bob'));
    assert.equal(watch.look(who('203.0.113.8', 'bob'))?.score, 10);
  }
});

test('who is turned away again and again is odd', () => {
  const { watch, who } = opened();
  for (let count = 0; count < 10; count += 1) {
    watch.attempted(who('203.0.113.9', 'ann'));
    watch.refused(who('203.0.113.9', 'ann'));
  }
  assert.deepEqual(watch.look(who('203.0.113.9', 'ann'))!.reasons, [
    { reason: 'refusals', count: 10 },
  ]);
});

test('names that are made up fill no memory, and hide nobody who goes on', () => {
  const { watch, who } = opened();
  for (let count = 0; count < 5 * SUBJECTS_MAX; count += 1) {
    const address = `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`;
    watch.attempted(who(address, `made-${count}`, `device-${count}`));
    if (count % 100 === 0) watch.attempted(who('203.0.113.9', `bot-${count}`));
  }
  assert.ok(watch.size <= 6 * SUBJECTS_MAX, `${watch.size}`);
  assert.ok(watch.look(who('203.0.113.9'))!.score >= 60);
});
