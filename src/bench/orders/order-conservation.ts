// Whether orders and units agree: each order stands in one entry with the reservation that holds its
// units, each cancelled one gave them back in the entry that ended it, and there are as many as were
// promised. Reads the journal of a store that is closed.

import type { Document } from '../../engines/contract.ts';
import { decodeLine, envelopeOf } from '../../engines/sqlite/journal-line.ts';
import { orderData } from '../../kernel/order.ts';
import { reservationData, standingUnits } from '../../kernel/reservation.ts';
import { forEachLine } from '../http/conservation.ts';

/** Orders that were accepted, and those of them that were cancelled. */
export interface OrderCount {
  placed: number;
  ended: number;
}

export function ordersAgree(path: string, { placed, ended }: OrderCount): boolean {
  const found = { placed: 0, ended: 0, apart: 0 };
  const open = new Set<string>();
  forEachLine(path, (line) => {
    const [, , , , , events] = envelopeOf(line);
    if (!events.some(([type]) => type.startsWith('order.'))) return;
    const { documents } = decodeLine(line);
    const order = documents.find(({ kind }) => kind === 'order')!;
    if (!standsWithItsUnits(order, documents)) found.apart += 1;
    if (order.state === 'RESERVED') {
      found.placed += 1;
      open.add(order.id);
    } else if (open.delete(order.id)) found.ended += 1;
    else found.apart += 1;
  });
  return found.placed === placed && found.ended === ended && found.apart === 0;
}

/** Every order of this benchmark is one unit, held while it is open and back once it is cancelled. */
function standsWithItsUnits(order: Document, documents: readonly Document[]): boolean {
  const units = documents.find(({ id }) => id === orderData(order).reservation);
  if (units === undefined || reservationData(units).order !== order.id) return false;
  if (order.state === 'RESERVED') return units.state === 'HELD' && standingUnits(units) === 1;
  return order.state === 'CANCELLED' && units.state === 'CANCELLED';
}
