// The thread that answers searches and questions about the past, so that neither holds up the one
// that decides. Only reads.

import { parentPort, workerData } from 'node:worker_threads';
import type { DocumentPage, DocumentQuery } from '../contract.ts';
import { BalancesAt } from './balances-at.ts';
import { DocumentSearch } from './document-search.ts';
import { openTablesReader } from './files.ts';
import { JournalReader } from './journal-reader.ts';
import { isDamagedTables } from './row-sums.ts';
import { asTablesDamage } from './store-failure.ts';
import type { LookUpReply, LookUpRequest, WorkerPaths } from './worker-messages.ts';

const port = parentPort!;
const paths = workerData as WorkerPaths;
const tables = openTablesReader(paths.tables);
const journal = new JournalReader(paths.journal);
const search = new DocumentSearch(tables);
const past = new BalancesAt(journal);

function answer(request: LookUpRequest): DocumentPage | Record<string, number> | undefined {
  if ('query' in request) return search.find(request.query as DocumentQuery);
  return past.of(request.balancesAt.owner, request.balancesAt.atMs);
}

port.on('message', (request: LookUpRequest | { close: true }) => {
  if ('close' in request) {
    tables.close();
    journal.close();
    port.close();
    return;
  }
  let reply: LookUpReply;
  try {
    reply = { id: request.id, answer: answer(request) };
  } catch (error) {
    const failure = asTablesDamage(error);
    const damaged = isDamagedTables(failure);
    reply = { id: request.id, answer: undefined, failed: String(failure), damaged };
  }
  port.postMessage(reply);
});
