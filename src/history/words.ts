// Says what an operation asked and what it was told, in one line for a picture. Times count from the
// start of the history.

import type { Command, Line, Operation, Result, SeenReservation } from './operation.ts';

export function describe(operation: Operation, startMs: number): string {
  const { command, result, key } = operation;
  const under = key === undefined ? '' : ` [${key}]`;
  return `${asked(command)}${under} → ${told(result, startMs)}`;
}

export function asked(command: Command): string {
  switch (command.do) {
    case 'reserve':
      return `reserve ${linesOf(command.lines)} for ${command.holdForMs} ms`;
    case 'extend':
      return `extend ${command.of} by ${command.holdForMs} ms`;
    case 'change':
      return `change ${command.of} to ${linesOf(command.lines)}`;
    case 'return':
      return `return ${linesOf(command.lines)} of ${command.of}`;
    case 'confirm': {
      const part = command.lines === undefined ? '' : ` with only ${linesOf(command.lines)}`;
      return `confirm ${command.of}${part}`;
    }
    case 'cancel':
      return `cancel ${command.of}`;
    case 'read-pool':
      return `look at ${command.pool}`;
    case 'read-reservation':
      return `look at ${command.of}`;
    default:
      return `${command.do} ${command.quantity} ${command.pool}`;
  }
}

export function told(result: Result, startMs: number): string {
  switch (result.kind) {
    case 'unknown':
      return `? (${result.why})`;
    case 'refused':
      return result.code;
    case 'pool': {
      const { available, held, sold, version } = result.value;
      return `${available} available, ${held} held, ${sold} sold, version ${version}`;
    }
    case 'moved':
      return `${result.value.quantity} moved, version ${result.value.version}${again(result)}`;
    case 'reservation':
      return `${shown(result.value, startMs)}${again(result)}`;
  }
}

function shown({ status, version, lines, expiresAtMs, updatedAtMs }: SeenReservation, startMs = 0) {
  const units = lines.map(({ pool, quantity, confirmed, returned }) => {
    const sold = confirmed === undefined ? '' : ` (${confirmed} sold, ${returned ?? 0} back)`;
    return `${quantity} ${pool}${sold}`;
  });
  const until = expiresAtMs === undefined ? '' : ` until +${expiresAtMs - startMs} ms`;
  const at = `at +${updatedAtMs - startMs} ms`;
  return `${status} version ${version} ${at}${until}: ${units.join(', ')}`;
}

function again({ repeated }: { repeated: boolean }): string {
  return repeated ? ', as answered before' : '';
}

function linesOf(lines: readonly Line[]): string {
  return lines
    .map(({ pool, quantity, quantityMin }) =>
      quantityMin === undefined ? `${quantity} ${pool}` : `${quantityMin} to ${quantity} ${pool}`,
    )
    .join(' + ');
}
