// Makes one transaction of several, so that all of it happens or nothing. Later parts see what the
// earlier ones moved.

import type { Claim, MoveClaim, Transaction } from '../engines/contract.ts';

export function joined(...parts: readonly Transaction[]): Transaction {
  let whole: Transaction = { events: [] };
  for (const part of parts) whole = joinedPair(whole, part);
  return whole;
}

function joinedPair(first: Transaction, second: Transaction): Transaction {
  const before = first.moves?.length ?? 0;
  const writes = (second.writes ?? []).map((write) =>
    write.claims === undefined || before === 0
      ? write
      : { ...write, claims: write.claims.map((claim) => moved(claim, before)) },
  );
  const whole: Transaction = {
    ...first,
    ...second,
    guards: [...(first.guards ?? []), ...(second.guards ?? [])],
    floors: [...(first.floors ?? []), ...(second.floors ?? [])],
    moves: [...(first.moves ?? []), ...(second.moves ?? [])],
    writes: [...(first.writes ?? []), ...writes],
    events: [...first.events, ...second.events],
  };
  return whole;
}

function moved(claim: Claim | MoveClaim, by: number): Claim | MoveClaim {
  return 'move' in claim ? { ...claim, move: claim.move + by } : claim;
}
