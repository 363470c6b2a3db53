// The benchmark of sales at its smallest: every figure is there, whole, and orders and units agree.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { benchFlashSale, SALE_FIGURES } from '../../src/bench/flash-sale/flash-sale.ts';
import { REASONS } from '../../src/bench/flash-sale/sale-shop.ts';
import { SALE_SMALLEST } from '../../src/bench/flash-sale/scale.ts';
import { ROOT } from '../support/test-files.ts';
import { assertWhole } from './whole-figure.ts';

const program = join(ROOT, 'bin/holdfast');

test('bench flash-sale measures every figure and conserves units', {
  timeout: 600_000,
}, async () => {
  const figures = await benchFlashSale({ scale: SALE_SMALLEST, program, say: () => {} });
  assert.deepEqual(
    figures.map(({ name }) => name),
    SALE_FIGURES,
  );
  for (const figure of figures) assertWhole(figure);
  const [refuse, checkout, funnel] = figures;
  assert.ok(refuse!.accepted === 0 && refuse!.refused > 0);
  const ratios = refuse as unknown as Record<string, number>;
  for (const reason of REASONS) assert.ok(ratios[`ratio ${reason}`]! > 0, reason);
  assert.ok(checkout!.accepted > 0 && checkout!.refused === 0);
  assert.ok(funnel!.accepted > 0 && funnel!.refused > 0);
});
