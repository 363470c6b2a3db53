// The two homes of request fingerprints. A member is never denied, however full or crowded they are:
// a key that is not recognised takes effect twice.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FingerprintMap } from '../../../src/engines/sqlite/fingerprint-map.ts';
import { FingerprintSet, GENERATION_SIZE } from '../../../src/engines/sqlite/fingerprint-set.ts';
import { fingerprint } from '../../../src/kernel/fingerprint.ts';

const members = Float64Array.from({ length: GENERATION_SIZE }, (_, index) =>
  fingerprint('local', `order-${index}`),
);
const STRANGERS = 100_000;

function strangers(): number[] {
  return Array.from({ length: STRANGERS }, (_, index) => fingerprint('other', `order-${index}`));
}

describe('a whole generation of fingerprints', () => {
  it('in the map: each has its position, a stranger none', () => {
    const map = new FingerprintMap();
    members.forEach((print, index) => {
      map.add(print, index + 1);
    });
    let missing = 0;
    members.forEach((print, index) => {
      if (map.get(print)?.includes(index + 1) !== true) missing += 1;
    });
    assert.equal(missing, 0);
    assert.equal(strangers().filter((print) => map.get(print) !== undefined).length, 0);
  });

  it('in the set: each is a member, a stranger hardly ever', () => {
    const set = new FingerprintSet();
    for (const print of members) set.add(print);
    const read = new FingerprintSet(set.slots);
    let missing = 0;
    for (const print of members) if (!read.has(print)) missing += 1;
    assert.equal(missing, 0);
    const taken = strangers().filter((print) => read.has(print)).length;
    assert.ok(taken < 5, `${taken} of ${STRANGERS} strangers`);
  });
});

describe('fingerprints that meet', () => {
  it('the map keeps every position under one fingerprint', () => {
    const map = new FingerprintMap();
    for (let position = 1; position <= 9; position += 1) map.add(7, position);
    assert.deepEqual(map.get(7), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('the map tells those in one slot apart, and keeps them when it grows', () => {
    const map = new FingerprintMap();
    const sameSlot = (index: number) => index * 2 ** 32 + 5;
    for (let index = 0; index < 5_000; index += 1) map.add(sameSlot(index), index);
    for (let index = 0; index < 5_000; index += 1) {
      assert.deepEqual(map.get(sameSlot(index)), [index]);
    }
    assert.equal(map.get(sameSlot(5_000)), undefined);
  });

  it('the set keeps those in one slot, and one whose mark would be 0', () => {
    const set = new FingerprintSet();
    const sameSlot = Array.from({ length: 1_000 }, (_, index) => 3 * 2 ** 32 + index);
    for (const print of sameSlot) set.add(print);
    assert.ok(sameSlot.every((print) => set.has(print)));
    assert.ok(!set.has(3 * 2 ** 32 + 1_000));
    assert.ok(!set.has(2 ** 32));
  });
});
