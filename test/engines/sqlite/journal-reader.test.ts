// Single entries of the journal cost one line, and an entry that is missing is said to be missing:
// whoever reads over it would take what follows for the whole truth.

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { JournalReader } from '../../../src/engines/sqlite/journal-reader.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { verify } from '../../../src/verify/verify.ts';
import { newPath, openStore, receiving, tablesCaughtUp } from './store-files.ts';

const ENTRIES = 200;

it('an entry is read without cutting out its neighbours', async (t) => {
  const path = newPath();
  const engine = await openStore(path);
  await engine.commit(Array.from({ length: ENTRIES }, (_, index) => receiving(index + 1)));
  const reader = new JournalReader(path);
  const cut = t.mock.method(Buffer.prototype, 'toString');
  for (const position of [1, 77, ENTRIES]) {
    cut.mock.resetCalls();
    const entry = reader.entry(position);
    assert.equal(cut.mock.callCount(), 1);
    assert.deepEqual([entry?.position, entry?.moves[0]?.quantity], [position, position]);
  }
  assert.equal(reader.entry(ENTRIES + 1), undefined);
  reader.close();
  await engine.close();
});

describe('a journal with a gap', () => {
  const lacking = (error: unknown) =>
    error instanceof HoldfastError && /the journal lacks entry 3/.test(error.message);

  it('is reported by whatever reads over it', async () => {
    const path = newPath();
    const engine = await openStore(path);
    for (const count of [2, 3, 1]) {
      await engine.commit(Array.from({ length: count }, () => receiving(1)));
    }
    await tablesCaughtUp(engine);
    const journal = new DatabaseSync(path, { timeout: 5_000 });
    assert.equal(journal.prepare('DELETE FROM journal WHERE first = 3').run().changes, 1);
    journal.close();

    assert.equal((await engine.entries({ after: 0, limit: 2 })).length, 2);
    await assert.rejects(engine.entries({ after: 0, limit: 9 }), lacking);
    await assert.rejects(engine.entries({ after: 2, limit: 1 }), lacking);
    await assert.rejects(verify(engine), lacking);
    assert.equal((await engine.entries({ after: 5, limit: 9 })).length, 1);
    await engine.close();
    await assert.rejects(openStore(path), lacking);
  });
});
