// Runs a crowd in a thread of its own, so that nothing else of the run makes it late. Also the thread's program.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type CrowdOptions, type CrowdResult, runCrowd } from './crowd.ts';

const TELL_EVERY_MS = 100;

type Told = { done: number; total: number } | { result: CrowdResult };

/** @throws what `runCrowd` throws. */
export function crowdInThread(
  options: CrowdOptions,
  onProgress: (done: number, total: number) => void,
): Promise<CrowdResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: options });
    worker.on('message', (told: Told) => {
      if ('result' in told) resolve(told.result);
      else onProgress(told.done, told.total);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the crowd's thread ended with ${code}`)));
  });
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  let toldAtMs = 0;
  const result = await runCrowd(workerData as CrowdOptions, (done, total) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = nowMs;
    port.postMessage({ done, total } satisfies Told);
  });
  port.postMessage({ result } satisfies Told);
}
