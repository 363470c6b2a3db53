// The comparison of locking strategies at its smallest, on a real server: every figure is there and whole,
// units are conserved, and nothing is left behind. How fast anything was is not looked at.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Figure } from '../../src/bench/figure.ts';
import { benchLocking, LOCKING_FIGURES } from '../../src/bench/locking/locking.ts';
import { LOCKINGS } from '../../src/engines/postgres/locking.ts';
import { postgresMissing } from '../support/postgres.ts';
import { benchDatabase, benchSchemas } from './bench-database.ts';

const SMALLEST = { live: 50, callers: 16, slices: 1, sliceMs: 150 };
const NUMBERS = ['value', 'yardstickValue', 'ratio', 'p50Ms', 'p99Ms', 'accepted'] as const;

describe('bench locking', { skip: postgresMissing() ?? false }, () => {
  it('measures every strategy under every load, and leaves nothing behind', async () => {
    const engine = await benchDatabase();
    const said: string[] = [];
    const figures = await benchLocking({ engine, scale: SMALLEST, say: (line) => said.push(line) });
    const expected = LOCKING_FIGURES.flatMap((load) => LOCKINGS.map((each) => `${load}.${each}`));
    assert.deepEqual(
      figures.map(({ name }) => name),
      expected,
    );
    figures.forEach(assertWhole);
    assert.equal(said.length, 1 + LOCKING_FIGURES.length);
    assert.deepEqual(await benchSchemas(), []);
  });

  it('measures one load alone, and drops what it made when it fails', async () => {
    const engine = await benchDatabase();
    const run = { engine, scale: SMALLEST, only: 'locking.carts' };
    const figures = await benchLocking({ ...run, say: () => {} });
    assert.equal(figures.length, LOCKINGS.length);
    const failing = benchLocking({
      ...run,
      say: (line) => {
        if (line.includes('slice')) throw new Error('enough');
      },
    });
    await assert.rejects(failing, /enough/);
    assert.deepEqual(await benchSchemas(), []);
  });
});

function assertWhole(figure: Figure): void {
  for (const name of NUMBERS) assert.ok(figure[name] > 0, `${figure.name}: ${name}`);
  assert.ok(figure.conserved, figure.name);
  assert.equal(figure.unit, 'accepted reservations/s');
}
