// What may happen to a reservation besides its end: more time, another cart, units coming back
// after the sale.

import { assignToLines } from './assign.ts';
import type { ExtendCommand, ReturnCommand } from './commands.ts';
import { giveBack, type Holding } from './give-back.ts';
import { type Plan, planned, transition } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson, nextOf, type ReservationData, reservationData, standing } from './reservation.ts';

/** Moves the deadline away, at most to the cap that the reservation was made with. */
export function extend(holding: Holding, command: ExtendCommand): Plan {
  const { document } = holding;
  const next = transition(holding, 'extend');
  if (!next.ok) return next;
  const { capAtMs } = reservationData(document);
  const deadlineMs = document.deadlineMs!;
  if (deadlineMs >= capAtMs) {
    return refuse('extension-cap', { reservation: document.id, capAtMs });
  }
  return planned({
    guards: [{ document: document.id, version: document.version, due: false }],
    writes: [
      {
        ...nextOf(document, next.state, document.data),
        claims: document.claims,
        deadline: { afterMs: command.holdForMs, notBeforeMs: deadlineMs, notAfterMs: capAtMs },
      },
    ],
    events: [{ type: 'reservation.extended', subject: document.id }],
  });
}

/** Sold units come back to stock, at most as many as were sold and not returned yet. */
export function returnUnits(holding: Holding, command: ReturnCommand): Plan {
  const { document } = holding;
  const next = transition(holding, 'return');
  if (!next.ok) return next;
  const data = reservationData(document);
  const sold = standing(document);
  const returned = assignToLines(data.lines, sold, command.lines, 'quantity-exceeds-sold');
  if (!Array.isArray(returned)) return returned;
  const back = giveBack(holding, returned, { returned: true });
  const lines = data.lines.map((line, index) =>
    returned[index] === 0 ? line : { ...line, returned: (line.returned ?? 0) + returned[index]! },
  );
  const kept: ReservationData = { ...data, lines };
  return planned({
    guards: back.guards,
    moves: back.moves,
    writes: [
      {
        ...nextOf(document, next.state, asJson(kept)),
        claims: back.claims,
        final: true,
      },
      ...back.writes,
    ],
    events: [{ type: 'reservation.returned', subject: document.id }],
  });
}
