// The comparison of what is recorded with what was decided finds planted faults, each within a number of
// sequences. A fault that is not found means that it has gone blind.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Fault } from '../history/faults.ts';
import { copyWith } from '../history/faulty-copy.ts';
import { postgresMissing } from '../support/postgres.ts';
import { recordedKind, recordedKindOf } from '../support/recorded-kind.ts';
import { Judge } from './judge.ts';
import { sequences } from './workload.ts';

/** Seeds are fixed, so that the numbers can be compared; HOLDFAST_SEED tries others. */
const SEED = Number(process.env.HOLDFAST_SEED ?? 1);
const WITHIN = 40;
const FOLDER = 'src/engines/postgres';

const FAULTS: readonly Fault[] = [
  {
    name: 'whoever is behind records too',
    file: `${FOLDER}/record-statements.ts`,
    before: ' AND number = $3::bigint RETURNING 1',
    after: ' AND number + 0 * $3::bigint < $4::bigint RETURNING 1',
  },
  {
    name: 'what was taken before is taken again',
    file: `${FOLDER}/stream-record.ts`,
    before: 'if (batch.number <= to) {',
    after: 'if (batch.number < to) {',
  },
  {
    name: 'entries of different moments stand under one time',
    file: `${FOLDER}/journal-rows.ts`,
    before: 'row.atMs !== entry.atMs || ',
    after: '',
  },
  {
    name: 'requests are filed with another row',
    file: `${FOLDER}/journal-rows.ts`,
    before: 'batch: ids[row]!',
    after: 'batch: ids[0]!',
  },
  {
    name: 'of two versions in one transaction the first is kept',
    file: `${FOLDER}/recording.ts`,
    before: 'texts.set(id, documents[index]!);',
    after: 'if (!texts.has(id)) texts.set(id, documents[index]!);',
  },
  {
    name: 'claims of the version before stay',
    file: `${FOLDER}/record-values.ts`,
    before: 'claimValues(removed)',
    after: 'claimValues([])',
  },
  {
    name: 'all owners get the time of the last entry',
    file: `${FOLDER}/record-values.ts`,
    before: 'touchedMs.get(owner)))',
    after: 'Math.max(...touchedMs.values())))',
  },
  {
    name: 'a new epoch goes on from the old one',
    file: `${FOLDER}/record-lease.ts`,
    before: 'SET epoch = EXCLUDED.epoch, number = 0,',
    after: 'SET epoch = EXCLUDED.epoch,',
  },
  {
    name: 'a fresh store is given what is over',
    file: `${FOLDER}/rebuilding.ts`,
    before: "(NOT final OR position(':' IN id) > 0) AND ",
    after: '',
  },
  {
    name: 'units come in and are not counted as inflow',
    file: 'src/kernel/recheck.ts',
    before: 'moveUnits(source, target, quantity);',
    after: 'moveUnits(source, target, quantity);\n    target.inflow -= 1;',
  },
];

async function sequencesUntilFound(fault: Fault): Promise<number | undefined> {
  const path = join(copyWith(fault), FOLDER, 'recorder.ts');
  const { Recorder } = await import(pathToFileURL(path).href);
  const kind = recordedKindOf((address) => Recorder.open(address));
  let count = 0;
  for (const sequence of fc.sample(sequences, { numRuns: WITHIN, seed: SEED })) {
    count += 1;
    const isFound = await Judge.run([kind], sequence).then(
      () => false,
      () => true,
    );
    if (!isFound) continue;
    // It is the fault that was found.
    await Judge.run([recordedKind], sequence);
    return count;
  }
  return undefined;
}

describe('planted faults of a recorder', { skip: postgresMissing() ?? false }, () => {
  for (const fault of FAULTS) {
    test(fault.name, async (t) => {
      const count = await sequencesUntilFound(fault);
      assert.ok(count !== undefined, `not found in ${WITHIN} sequences from seed ${SEED}`);
      t.diagnostic(`found in sequence ${count} of seed ${SEED}: ${fault.name}`);
    });
  }
});
