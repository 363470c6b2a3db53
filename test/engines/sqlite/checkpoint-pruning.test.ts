// Which checkpoints stay when there are many, and that nothing of the others does.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CheckpointPruning } from '../../../src/engines/sqlite/checkpoint-pruning.ts';
import { openJournalWriter } from '../../../src/engines/sqlite/files.ts';
import { newPath } from './store-files.ts';

const DAY_MS = 86_400_000;

it('the last seven checkpoints stay and the last of each month, with all their parts', () => {
  const journal = openJournalWriter(newPath());
  const startMs = Date.UTC(2026, 0, 1);
  for (let day = 1; day <= 80; day += 1) {
    // Day 80 is under way.
    const parts = day === 80 ? null : 3;
    journal
      .prepare('INSERT INTO checkpoint VALUES (?, ?, ?)')
      .run(day, startMs + (day - 1) * DAY_MS, parts);
    const insert = journal.prepare('INSERT INTO checkpoint_part VALUES (?, ?, ?, NULL)');
    for (let part = 0; part < 3; part += 1) insert.run(day, part, Buffer.from(`${day} ${part}`));
  }
  const pruning = new CheckpointPruning(journal);
  pruning.prune();
  while (pruning.step());
  const kept = [31, 59, 73, 74, 75, 76, 77, 78, 79, 80];
  const positions = journal.prepare('SELECT position FROM checkpoint ORDER BY position').all();
  assert.deepEqual(
    positions.map(({ position }) => position),
    kept,
  );
  const parts = journal
    .prepare('SELECT position, count(*) AS n FROM checkpoint_part GROUP BY position ORDER BY 1')
    .all();
  assert.deepEqual(
    parts.map(({ position, n }) => [position, n]),
    kept.map((position) => [position, 3]),
  );
  journal.close();
});
