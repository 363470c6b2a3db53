// The rows of a record that no engine shows but every decision of one stands on: claims, times of owners,
// columns that documents are found by, what a batch says of itself. Compared with what memory has.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import type { Document, Engine } from '../../src/engines/contract.ts';
import { dueAtMs } from '../../src/engines/document-store.ts';
import { postgresAddress } from '../../src/engines/postgres/address.ts';
import { claimRowsOf } from '../../src/engines/postgres/claim-rows.ts';
import { livesBegunBy } from '../../src/engines/postgres/lives.ts';

const MOST = 100_000;

export async function sameTables(memory: Engine, address: string): Promise<void> {
  const journal = await memory.entries({ after: 0, limit: MOST });
  const latest = new Map<string, Document>();
  const touchedMs = new Map<string, number>();
  for (const { documents, seqs, atMs } of journal) {
    for (const document of documents) latest.set(document.id, document);
    for (const [owner] of seqs) touchedMs.set(owner, atMs);
  }
  const documents = [...latest.values()];
  const { connectionString, schema } = postgresAddress(address);
  const client = new Client({ connectionString });
  await client.connect();
  /** Each row as one text. */
  const rows = async (text: string): Promise<Set<string>> => {
    await client.query(`SET search_path = ${schema}`);
    const { rows: found } = await client.query({ text, rowMode: 'array' });
    return new Set(found.map((row) => row.join(' ')));
  };
  try {
    const claims = documents.flatMap(claimRowsOf);
    assert.deepEqual(
      await rows('SELECT account, due_ms, document, tentative FROM claim'),
      new Set(claims.map((row) => [row.account, row.dueMs, row.document, row.tentative].join(' '))),
      'claims differ',
    );
    assert.deepEqual(
      await rows('SELECT id, at_ms FROM owner WHERE seq > 0'),
      new Set([...touchedMs].map((row) => row.join(' '))),
      'times of owners differ',
    );
    assert.deepEqual(
      await rows(`SELECT id, version, final, coalesce(due_ms, 0) FROM document`),
      new Set(
        documents.map((each) => {
          return [each.id, each.version, each.final === true, dueAtMs(each) ?? 0].join(' ');
        }),
      ),
      'columns of documents differ',
    );
    const lives = await rows('SELECT coalesce(sum(lives), 0), coalesce(sum(count), 0) FROM batch');
    assert.deepEqual([...lives], [`${livesBegunBy(journal)} ${journal.length}`], 'batches differ');
  } finally {
    await client.end();
  }
}
