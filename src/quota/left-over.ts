// What a node's store has from before a restart: reservations in a state, all of them. Reads only.

import type { Document, Engine } from '../engines/contract.ts';

const PAGE = 500;
const LOOK_AGAIN_MS = 20;

/** Waits until the list shows all that was committed before it was asked. */
export async function reservationsIn(engine: Engine, state: string): Promise<Document[]> {
  const { position } = engine.health();
  const found: Document[] = [];
  while (true) {
    const before = found.at(-1)?.id;
    const query = { kind: 'reservation', states: [state], limit: PAGE };
    const page = await engine.find(before === undefined ? query : { ...query, before });
    if (page.asOf < position) {
      found.length = 0;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      continue;
    }
    found.push(...page.documents);
    if (page.documents.length < PAGE) return found;
  }
}
