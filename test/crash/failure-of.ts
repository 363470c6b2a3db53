// What a crash run found, as a text to show; nothing when it found nothing.

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
