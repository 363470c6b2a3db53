// Carts over two databases at their smallest, on a real server: every figure is there and whole, units are
// conserved, and nothing is left behind, prepared or not. How fast anything was is not looked at.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { benchTwoPhase, TWO_PHASE_FIGURES } from '../../src/bench/two-phase/two-phase.ts';
import { postgresMissing } from '../support/postgres.ts';
import { benchDatabase, benchPrepared, benchSchemas } from './bench-database.ts';

const SMALLEST = { callers: 16, slices: 1, sliceMs: 150 };
const NUMBERS = ['value', 'yardstickValue', 'ratio', 'p50Ms', 'p99Ms', 'accepted'] as const;

describe('bench two-phase', { skip: postgresMissing() ?? false }, () => {
  it('measures every figure, and leaves nothing behind', async () => {
    const engine = await benchDatabase();
    const figures = await benchTwoPhase({ engine, scale: SMALLEST, say: () => {} });
    assert.deepEqual(
      figures.map(({ name }) => name),
      TWO_PHASE_FIGURES,
    );
    for (const figure of figures) {
      for (const name of NUMBERS) assert.ok(figure[name] > 0, `${figure.name}: ${name}`);
      assert.ok(figure.conserved, figure.name);
    }
    assert.deepEqual(await benchSchemas(), []);
    assert.deepEqual(await benchPrepared(), []);
  });
});
