// The verdict on invented samples: what rises is not flat, what only trembles is, and what memory
// must grow by is taken off first.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fit, indexMb, judgeFlatness, LAG_MAX } from '../../load/flatness.ts';
import type { Sample } from '../../load/sample.ts';

const EVERY_SECONDS = 10;
const COUNT = 360;
const ENTRIES_PER_SECOND = 1_000;

const STILL: Sample = {
  ...{ seconds: 0, rssMb: 800, anonymousMb: 700, fds: 120, ownFds: 55, threads: 14 },
  ...{ journalMb: 100, tablesMb: 100, position: 0, live: 20_000, tableLag: 100 },
  ...{ acceptedPerSecond: 1_000, refusedPerSecond: 100, reserveP50Ms: 5, reserveP99Ms: 50 },
  ...{ underWay: 10, notSent: 0 },
};

/** An hour of samples; `at` says what is not as in STILL, by the hours so far. */
function hour(at: (hours: number, index: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const seconds = (index + 1) * EVERY_SECONDS;
    const position = seconds * ENTRIES_PER_SECOND;
    const memory = { rssMb: 800 + indexMb(position), usedMb: 150 + indexMb(position) };
    return { ...STILL, seconds, position, ...memory, ...at(seconds / 3_600, index) };
  });
}

/** Up and down by a tenth, as a collected heap goes, with no trend. */
const tremble = (index: number) => 0.9 + 0.2 * ((index % 7) / 6);

describe('flatness', () => {
  test('a still server is flat, and so is one that trembles', () => {
    assert.deepEqual(judgeFlatness(hour(() => ({}))).problems, []);
    const trembling = hour((_, index) => ({
      rssMb: 800 * tremble(index),
      tableLag: 5_000 * tremble(index),
      ownFds: 50 + (index % 5),
    }));
    assert.deepEqual(judgeFlatness(trembling).problems, []);
  });

  test('warming up is not judged', () => {
    const warming = hour((hours) => ({ rssMb: 200 + 600 * Math.min(1, hours * 3) }));
    assert.deepEqual(judgeFlatness(warming).problems, []);
  });

  test('the index of requests: a table that doubles, and eight bytes an entry for good', () => {
    assert.equal(indexMb(0), 1 / 16);
    assert.equal(indexMb(2_048), 1 / 16);
    assert.equal(indexMb(2_049), 1 / 8);
    assert.equal(indexMb(1_048_575), 32);
    assert.equal(indexMb(4 * 1_048_576), 32 + 1 / 16);
    assert.ok(judgeFlatness(hour(() => ({}))).index.perHour > 20);
  });

  const rising: Record<string, [samples: Sample[], problem: RegExp]> = {
    'what is in use': [
      hour((hours) => ({
        usedMb: 150 + 12 * hours + indexMb(hours * 3_600 * ENTRIES_PER_SECOND),
      })),
      /megabytes in use grow/,
    ],
    'resident memory': [
      hour((hours, index) => ({ rssMb: (800 + 300 * hours) * tremble(index) })),
      /megabytes of resident memory grow/,
    ],
    descriptors: [hour((hours) => ({ ownFds: 55 + 12 * hours })), /descriptors grow by 12\.0/],
    threads: [hour((hours) => ({ threads: 14 + 3 * hours })), /threads grow/],
    'table lag': [hour((hours) => ({ tableLag: 10_000 * hours })), /table lag grow/],
    'one deep lag': [
      hour((_, index) => ({ tableLag: index === 300 ? LAG_MAX + 1 : 0 })),
      /50001 entries behind/,
    ],
  };
  for (const [name, [samples, problem]] of Object.entries(rising)) {
    test(`not flat: ${name}`, () => {
      const { flat, problems } = judgeFlatness(samples);
      assert.equal(flat, false);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, problem);
    });
  }

  test('the line is that of least squares', () => {
    const line = fit([
      [0, 1],
      [1, 3],
      [2, 2],
      [3, 6],
    ]);
    assert.equal(line.mean, 3);
    assert.ok(Math.abs(line.perHour - 1.4) < 1e-12);
    assert.ok(Math.abs(line.error - Math.sqrt(0.42)) < 1e-12);
  });
});
