// Everything that can be read of a record, compared with the engine in memory that decided it.

import assert from 'node:assert/strict';
import { decidedOf } from '../../src/engines/conformance/outcomes.ts';
import type { Document, Engine, Entry } from '../../src/engines/contract.ts';
import type { Recorder } from '../../src/engines/postgres/recorder.ts';

const MOST = 100_000;
/** A day: as long are requests remembered at least. */
const KEPT_LEAST_MS = 86_400_000;
/** Moments of the past that balances are compared at. */
const MOMENTS = 5;

export async function sameReads(memory: Engine, record: Engine): Promise<void> {
  const journal = await memory.entries({ after: 0, limit: MOST });
  const recorded = await record.entries({ after: 0, limit: MOST });
  const plain = (entries: readonly Entry[]) => entries.map(decidedOf);
  assert.deepEqual(plain(recorded), plain(journal), 'journals differ');
  const { owners, documents, kinds } = namesIn(journal);
  assert.deepEqual(await record.owners(owners), await memory.owners(owners));
  assert.deepEqual(await record.documents(documents), await memory.documents(documents));
  for (const kind of kinds) await sameFinds(memory, record, kind);
  for (const atMs of momentsIn(journal)) {
    for (const owner of owners) {
      const [is, should] = await Promise.all([
        record.balancesAt(owner, atMs),
        memory.balancesAt(owner, atMs),
      ]);
      assert.deepEqual(withoutZeros(is), withoutZeros(should), `${owner} at ${atMs}`);
    }
  }
}

async function sameFinds(memory: Engine, record: Engine, kind: string): Promise<void> {
  const { dueMs } = memory.clock();
  for (const query of [
    { kind, limit: MOST },
    { kind, buyer: 'ann', limit: 3 },
    { kind, owner: 'tea', limit: MOST },
    { kind, states: ['EXPIRED'], due: { dueMs, state: 'EXPIRED' }, limit: MOST },
  ]) {
    const { documents } = await record.find(query);
    assert.deepEqual(documents, (await memory.find(query)).documents, JSON.stringify(query));
  }
}

/** What a fresh store is given is what memory has. */
export async function sameRebuilt(memory: Engine, recorder: Recorder): Promise<void> {
  const journal = await memory.entries({ after: 0, limit: MOST });
  const { owners, documents } = namesIn(journal);
  const found = { owners: [] as unknown[], documents: [] as Document[], requests: [] as string[] };
  for await (const page of recorder.rebuildState()) {
    if (page.kind === 'owners') {
      for (const { document: _, ...owner } of page.owners) found.owners.push(owner);
    } else if (page.kind === 'documents') found.documents.push(...page.documents);
    else if (page.kind === 'requests') {
      found.requests.push(...page.requests.map(({ principal, key }) => `${principal} ${key}`));
    } else assert.equal(page.latestMs, Math.max(0, ...journal.map(({ atMs }) => atMs)));
  }
  const states = (await memory.owners(owners)).map((state) => {
    const { document: _, ...owner } = state!;
    return owner;
  });
  assert.deepEqual(new Set(found.owners), new Set(states));
  const live = (await memory.documents(documents)).filter((each) => each!.final !== true);
  assert.deepEqual(new Set(found.documents), new Set(live));
  const asked = journal.flatMap(({ request, atMs }) => (request ? [{ request, atMs }] : []));
  const first = await recorder.firstAnswers(asked.map(({ request }) => request));
  const { nowMs } = memory.clock();
  for (const [index, { request, atMs }] of asked.entries()) {
    // Older ones may just be being forgotten.
    const isForgettable = nowMs - atMs > KEPT_LEAST_MS;
    const isListed = found.requests.includes(`${request.principal} ${request.key}`);
    assert.ok(isListed || isForgettable, `${request.key} is not remembered`);
    if (first[index] === undefined) assert.ok(isForgettable, `${request.key} has no answer`);
    else assert.deepEqual(first[index].request, request);
  }
}

function namesIn(journal: readonly Entry[]) {
  const owners = new Set<string>();
  const documents = new Set<string>();
  const kinds = new Set<string>();
  for (const entry of journal) {
    for (const [owner] of entry.seqs) owners.add(owner);
    for (const { id, kind } of entry.documents) {
      documents.add(id);
      kinds.add(kind);
    }
  }
  return { owners: [...owners], documents: [...documents], kinds };
}

function momentsIn(journal: readonly Entry[]): Set<number> {
  const step = Math.ceil(journal.length / MOMENTS);
  return new Set(journal.filter((_, index) => index % step === 0).map(({ atMs }) => atMs));
}

function withoutZeros(balances: Record<string, number> | undefined) {
  if (balances === undefined) return undefined;
  return Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0));
}
