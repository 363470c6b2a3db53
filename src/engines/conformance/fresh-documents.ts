// Documents whose ids were made for the transaction that writes them: the store need not look for an
// earlier version, and everything else is as with any other.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { note } from './bench.ts';
import { entryOf } from './outcomes.ts';

export const freshDocuments: Behaviour = {
  title: 'fresh documents',
  cases: {
    'one said to be fresh is the first of its id, and goes on like any other': async (bench) => {
      const { documents } = await bench.accept({ writes: [note('n', { fresh: true })] });
      assert.deepEqual(Object.keys(documents[0]!).sort(), [
        'claims',
        'createdAtMs',
        'data',
        'id',
        'kind',
        'state',
        'updatedAtMs',
        'version',
      ]);
      await bench.accept({ guards: [{ document: 'n', version: 1 }], writes: [note('n')] });
      assert.equal((await bench.document('n'))?.version, 2);
    },
    'fresh: of a refused transaction nothing is left': async (bench) => {
      const guards = [{ document: 'none', absent: false }];
      await bench.refuse({ guards, writes: [note('n', { fresh: true })] });
      await bench.accept({ guards: [{ document: 'n', absent: true }] });
    },
    'fresh: the rest of the batch sees it': async (bench) => {
      const first = { writes: [note('n', { fresh: true })] };
      const [, second] = await bench.batch(first, { writes: [note('n')] });
      assert.equal(entryOf(second).documents[0]?.version, 2);
    },
  },
};
