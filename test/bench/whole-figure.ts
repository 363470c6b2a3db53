// What holds for every figure that was measured over HTTP, however fast anything was.

import assert from 'node:assert/strict';
import type { Figure } from '../../src/bench/figure.ts';

const NUMBERS = ['value', 'yardstickValue', 'ratio', 'p50Ms', 'p99Ms'] as const;

export function assertWhole(figure: Figure): void {
  for (const name of NUMBERS) {
    const number = figure[name];
    assert.ok(Number.isFinite(number) && number > 0, `${figure.name}: ${name} is ${number}`);
  }
  assert.ok(figure.unit !== '' && figure.yardstick !== '');
  assert.equal(figure.failed, 0);
  assert.ok(figure.conserved, `${figure.name}: ${JSON.stringify(figure)}`);
}
