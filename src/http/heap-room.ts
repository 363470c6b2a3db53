// How near the heap of this process is to its limit, by what was left after the latest full collection: what is only
// garbage does not count. Looks only; whoever asks decides what that means.

import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

const YOUNG: ReadonlySet<string> = new Set(['new_space', 'new_large_object_space']);
/** V8's limit is that of the old space and three half-spaces of 64 MB together. Only the old one can run out. */
const YOUNG_BYTES = 3 * 64 * 1_048_576;

export interface HeapRoom {
  /** Of the limit, how much is in use: 0 to 1. */
  readonly usedShare: number;
  close(): void;
}

export function watchHeap(): HeapRoom {
  const limit = oldLimit(getHeapStatistics().heap_size_limit);
  let usedShare = 0;
  const observer = new PerformanceObserver((list) => {
    const isFull = list.getEntries().some(isMajor);
    if (isFull) usedShare = oldUsed() / limit;
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    get usedShare() {
      return usedShare;
    },
    close: () => observer.disconnect(),
  };
}

function oldLimit(bytes: number): number {
  return bytes > YOUNG_BYTES ? bytes - YOUNG_BYTES : bytes;
}

function oldUsed(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !YOUNG.has(name));
  return old.reduce((sum, space) => sum + space.space_used_size, 0);
}

/** Of a collection, `detail` says which. */
function isMajor(entry: PerformanceEntry & { detail?: { kind?: number } }): boolean {
  return entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
