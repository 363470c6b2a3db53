// A line in chunks, against a plain sorted array: whatever comes, goes and is taken off in between.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Place } from '../../../src/admission/waiting-room/rooms.ts';
import { SortedLine } from '../../../src/admission/waiting-room/sorted-line.ts';

const place = (rank: number, id: number): Place => ({ rank, id: `${id}`.padStart(5), buyer: '' });
const byRank = (a: Place, b: Place) => a.rank - b.rank || (a.id < b.id ? -1 : 1);

test('stands as a sorted array does', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constant('add'), fc.nat(1_000), fc.integer({ min: 1, max: 300 })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constant('remove'), fc.nat(1_000), fc.integer({ min: 1, max: 50 })),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant('take'), fc.nat(600), fc.constant(1)) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constant('keep'), fc.integer({ min: 2, max: 9 }), fc.constant(1)),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const line = new SortedLine<Place>();
      let plain: Place[] = [];
      let ids = 0;
      for (const [verb, number, times] of steps) {
        if (verb === 'add') {
          for (let time = 0; time < times; time += 1) {
            ids += 1;
            // Some come one after the other, some anywhere.
            const one = place(number % 2 === 0 ? 1_000 + ids : (number * ids) % 1_000, ids);
            line.add(one);
            plain.push(one);
          }
          plain.sort(byRank);
        } else if (verb === 'remove') {
          for (let time = 0; time < times && plain.length > 0; time += 1) {
            const [one] = plain.splice((number * (time + 1)) % plain.length, 1);
            line.remove(one!);
            line.remove(one!);
          }
        } else if (verb === 'take') {
          assert.deepEqual(line.takeFirst(number), plain.splice(0, number));
        } else {
          const passes = ({ id }: Place) => Number(id) % number !== 0;
          assert.deepEqual(
            line.keep(passes),
            plain.filter((one) => !passes(one)),
          );
          plain = plain.filter(passes);
        }
        assert.deepEqual([line.length, line.first], [plain.length, plain[0]]);
        for (const [index, one] of plain.entries()) assert.equal(line.indexOf(one), index);
        assert.equal(line.indexOf(place(1e9, 0)), plain.length);
      }
    }),
    { numRuns: 60 },
  );
});
