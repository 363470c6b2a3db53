// Says in a reply how old what it tells may be, where it need not be as of now. Sets a header, nothing else.

import type { Stock } from '../stock.ts';
import type { Answering } from './exchange.ts';

export const AGE_HEADER = 'Holdfast-Age-Max-Ms';

export function tellAge(reply: Pick<Answering, 'header'>, { engine }: Pick<Stock, 'engine'>): void {
  if (engine.glance !== undefined) reply.header(AGE_HEADER, String(engine.glance.ageMaxMs));
}
