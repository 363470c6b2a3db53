// Compares what a page shows as the output of a block with what the block really printed. A fence
// whose remark is `output` belongs to the block before it; `…` in it stands for anything.

import assert from 'node:assert/strict';
import type { Block } from './pages.ts';

/** What the page shows as the output of its block number `index`. */
export function shownAfter(blocks: readonly Block[], index: number): string | undefined {
  const next = blocks[index + 1];
  return next?.remark.startsWith('output') ? next.text : undefined;
}

/** Every line shown was printed, in this order; a line `…` and a `…` within one stand for anything. */
export function assertShows(printed: string, shown: string): void {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  let at = 0;
  for (const line of shown.split('\n').map((text) => text.trimEnd())) {
    if (line === '' || line.trim() === '…') continue;
    const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    const found = lines.findIndex((text, index) => index >= at && pattern.test(text));
    assert.ok(found >= 0, `the page shows "${line}"; printed was:\n${printed.slice(0, 6_000)}`);
    at = found + 1;
  }
}
