// The page about payments names every fault and every "no" of the simulator, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_NAMES } from '../../src/payment-simulator/faults.ts';
import { REASON_STATUS } from '../../src/payment-simulator/problems.ts';
import { textOf } from '../tidy/project-files.ts';

const PAGE = textOf('docs/payments.md');

/** The rows of the table that begins so, cell by cell. */
function rowsBelow(heading: string): string[][] {
  const lines = PAGE.slice(PAGE.indexOf(heading)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) => line.split('|').map((cell) => cell.trim()));
}

test('every "no" is on the page, with its status', () => {
  const shown = rowsBelow('| error | status |').map(([, error, status]) => [
    error!.replaceAll('`', ''),
    Number(status),
  ]);
  assert.deepEqual(Object.fromEntries(shown), REASON_STATUS);
});

test('every fault is on the page', () => {
  const shown = rowsBelow('| fault | what').flatMap(([, names]) =>
    names!.split(', ').map((name) => name.replaceAll('`', '')),
  );
  assert.deepEqual(shown.sort(), FAULT_NAMES.toSorted());
});
