// How many documents entries brought into being, less those that they ended. Pure.

import type { Decided } from '../contract.ts';

export function livesBegunBy(entries: readonly Decided[]): number {
  let lives = 0;
  for (const { documents } of entries) {
    for (const { version, final = false } of documents) {
      if (version === 1 && !final) lives += 1;
      else if (version > 1 && final) lives -= 1;
    }
  }
  return lives;
}
