// What a crash run found, as a text to show; nothing when it found nothing.

import assert from 'node:assert/strict';
import type { Findings } from './judge.ts';

const SHOWN = 20;

/** So many commands were acknowledged at least, or a round proves little; alone on a machine it is a hundred. */
export const THROUGH_EACH_ROUND = 10;

export function failureOf({
  lost,
  wrong,
  stderr,
}: Pick<Findings, 'lost' | 'wrong'> & { stderr: string }): string | undefined {
  const found = [...lost.map((each) => `lost: ${each}`), ...wrong.map((each) => `wrong: ${each}`)];
  if (found.length === 0) return undefined;
  const more = found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [];
  const words = stderr === '' ? [] : [`the server's last words:\n${stderr}`];
  return [...found.slice(0, SHOWN), ...more, ...words].join('\n  ');
}

/** Says first what was found: at the end of a long run the beginning is all that is shown. */
export function assertSound(result: Parameters<typeof failureOf>[0], again: string): void {
  const failure = failureOf(result);
  if (failure !== undefined) assert.fail(`${failure}\n${again}`);
}
