// The commands that the buyers of a crash run send, as plain data that can be sent again as it is.

import type { Ask } from './http-client.ts';

export interface Line {
  pool: string;
  quantity: number;
}

export type Command =
  | { verb: 'receive'; key: string; pool: string; quantity: number }
  | { verb: 'reserve'; key: string; lines: Line[]; holdForMs: number; buyer: string }
  | { verb: 'confirm' | 'cancel'; key: string; reservation: string }
  | { verb: 'extend'; key: string; reservation: string; holdForMs: number }
  | { verb: 'return'; key: string; reservation: string; lines: Line[] };

export type Verb = Command['verb'];

/** The request that carries a command. */
export function askOf(command: Command): Ask {
  const { key } = command;
  switch (command.verb) {
    case 'receive': {
      const path = `/v1/pools/${command.pool}/receive`;
      return { method: 'POST', path, key, body: { quantity: command.quantity } };
    }
    case 'reserve': {
      const { lines, holdForMs, buyer } = command;
      const body = { lines, buyer, holdFor: duration(holdForMs) };
      return { method: 'POST', path: '/v1/reservations', key, body };
    }
    case 'confirm':
    case 'cancel':
      return { method: 'POST', path: verbPath(command), key, body: {} };
    case 'extend':
      return {
        method: 'POST',
        path: verbPath(command),
        key,
        body: { holdFor: duration(command.holdForMs) },
      };
    case 'return':
      return { method: 'POST', path: verbPath(command), key, body: { lines: command.lines } };
  }
}

function verbPath({ reservation, verb }: { reservation: string; verb: Verb }): string {
  return `/v1/reservations/${reservation}/${verb}`;
}

/** ISO 8601. */
function duration(ms: number): string {
  return `PT${ms / 1000}S`;
}
