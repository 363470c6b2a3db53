// The gate of a sale: how many are in hand at once, who they are, and when it opens again.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gate, type GateRule } from '../../src/admission/gate.ts';

const BY_ARRIVAL: GateRule = { multiple: 2, by: 'arrival' };
const BY_LOT: GateRule = { multiple: 2, by: 'lot', drawEveryMs: 1 };

function opened(units: number) {
  const stock = { units, nowMs: 0, looks: 0 };
  const read = async () => {
    stock.looks += 1;
    return stock.units;
  };
  return { stock, gate: new Gate({ units: read, nowMs: () => stock.nowMs }) };
}

async function enter(gate: Gate, rule: GateRule, count: number): Promise<number> {
  const entered = await Promise.all(Array.from({ length: count }, async () => gate.enter(rule)));
  return entered.filter(Boolean).length;
}

describe('a gate', () => {
  it('has a multiple of what is left in hand, whoever comes first', async () => {
    const { gate } = opened(10);
    assert.equal(await enter(gate, BY_ARRIVAL, 100), 20);
    assert.equal(await enter(gate, BY_ARRIVAL, 100), 0);
    for (let count = 0; count < 5; count += 1) gate.leave();
    assert.equal(await enter(gate, BY_ARRIVAL, 100), 5);
    assert.equal(gate.inHand, 20);
  });

  it('asks what is left once for all who come at the same time', async () => {
    const { stock, gate } = opened(10);
    await enter(gate, BY_ARRIVAL, 1_000);
    assert.equal(stock.looks, 1);
    stock.nowMs += 49;
    await enter(gate, BY_ARRIVAL, 1_000);
    assert.equal(stock.looks, 1);
    stock.nowMs += 1;
    await enter(gate, BY_ARRIVAL, 1_000);
    assert.equal(stock.looks, 2);
  });

  it('shuts as the sale sells out, but for one at a time, and opens when units come back', async () => {
    const { stock, gate } = opened(3);
    assert.equal(await enter(gate, BY_ARRIVAL, 100), 6);
    for (let count = 0; count < 6; count += 1) gate.leave();
    stock.units = 0;
    stock.nowMs += 50;
    gate.enter(BY_ARRIVAL);
    await new Promise(setImmediate);
    for (let left = gate.inHand; left > 0; left -= 1) gate.leave();
    for (let count = 0; count < 10; count += 1) {
      assert.equal(await enter(gate, BY_ARRIVAL, 100), 1);
      gate.leave();
    }
    stock.units = 1;
    stock.nowMs += 50;
    await enter(gate, BY_ARRIVAL, 1);
    assert.equal(gate.inHand + (await enter(gate, BY_ARRIVAL, 100)), 2);
  });

  it('goes by what was known when it cannot be told what is left', async () => {
    let isAway = false;
    const gate = new Gate({
      units: async () => {
        if (isAway) throw new Error('away');
        return 4;
      },
      nowMs: () => (isAway ? 1_000 : 0),
    });
    assert.equal(await enter(gate, BY_ARRIVAL, 100), 8);
    isAway = true;
    gate.leave();
    assert.equal(await enter(gate, BY_ARRIVAL, 100), 1);
  });

  it('by lot lets in as many, each with the same chance', async () => {
    const chosen = Array.from({ length: 20 }, () => 0);
    for (let round = 0; round < 400; round += 1) {
      const { gate } = opened(2);
      const entered = await Promise.all(chosen.map(async () => gate.enter(BY_LOT)));
      for (const [index, isIn] of entered.entries()) if (isIn) chosen[index]! += 1;
      assert.equal(gate.inHand, 4);
    }
    // 400 draws of 4 in 20: 80 each; six standard deviations of a binomial are 48.
    for (const times of chosen) assert.ok(times > 32 && times < 128, `${chosen}`);
  });
});
