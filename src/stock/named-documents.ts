// Documents with names of one kind, kept in step with the journal by whoever needs them without a read:
// limits, policies, campaigns, webhooks. Keeps nothing itself.

import type { Document, Engine, Entry } from '../engines/contract.ts';

const PAGE = 1_000;

/** Hands over each that is there now. */
export async function eachNamed(
  engine: Engine,
  kind: string,
  take: (document: Document) => void,
): Promise<void> {
  let before: string | undefined;
  do {
    const query = { kind, named: true, limit: PAGE };
    const page = await engine.find(before === undefined ? query : { ...query, before });
    for (const document of page.documents) take(document);
    before = page.documents.length === PAGE ? page.documents.at(-1)!.id : undefined;
  } while (before !== undefined);
}

export interface NamedListener {
  /** May be told of a version twice, or of an older one after a newer. */
  take: (document: Document) => void;
  /** What the journal tells, once it is taken. */
  told?: (entries: readonly Entry[]) => void;
}

/** Hands over each of a kind, or of several, that is written from now on; returns the way to stop. */
export function onNamed(
  engine: Engine,
  kinds: string | readonly string[],
  { take, told }: NamedListener,
): () => void {
  const wanted = new Set([kinds].flat());
  return engine.follow(
    (entries) => {
      for (const { documents } of entries) {
        for (const document of documents) if (wanted.has(document.kind)) take(document);
      }
      told?.(entries);
    },
    () => 'named',
  );
}
