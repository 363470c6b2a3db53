// The thread that moves old entries into archive files. It writes files and reads the journal; rows are
// deleted by the thread that owns the journal, which is told of each file when it is safe on the disk.

import { parentPort, workerData } from 'node:worker_threads';
import { openJournalReader } from '../files.ts';
import { storeFailure } from '../store-failure.ts';
import type { ArchiveReply, ArchiveRequest, WorkerPaths } from '../worker-messages.ts';
import { ArchiveRun } from './archive-run.ts';

const port = parentPort!;
const { journal: path } = workerData as WorkerPaths;
const journal = openJournalReader(path);
let run: ArchiveRun | undefined;

function carry(request: ArchiveRequest): ArchiveReply {
  if ('start' in request) {
    run = new ArchiveRun(journal, path, request.start);
    const { positionMax, folder, index } = run;
    return { started: { positionMax, folder, position: index.last } };
  }
  const file = run!.next();
  return file === undefined ? { done: true } : { file };
}

port.on('message', (request: ArchiveRequest | { close: true }) => {
  if ('close' in request) {
    journal.close();
    port.close();
    return;
  }
  try {
    port.postMessage(carry(request));
  } catch (error) {
    port.postMessage({ failed: storeFailure(error, path) });
  }
});
