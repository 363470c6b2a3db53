// Compares what a topic has with the journal it came from: nothing is missing, and what came first of each
// pool and product came in the journal's order. Reckons for itself, from entries alone.

import type { Engine, Entry } from '../../src/engines/contract.ts';
import type { ReadMessage } from '../support/kafka/topic-reader.ts';

const PAGE = 1_000;

/** An entry of the journal, as far as it matters here. */
export interface Entered {
  position: number;
  events: readonly { type: string }[];
  pools: readonly { pool: string; version: number }[];
}

export async function wholeJournal(engine: Engine): Promise<Entered[]> {
  const all: Entry[] = [];
  for (;;) {
    const after = all.at(-1)?.position ?? 0;
    const page = await engine.entries({ after, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all.map(entered);
  }
}

function entered({ position, events, seqs }: Entry): Entered {
  const pools = seqs.filter(([owner]) => !owner.startsWith('!'));
  return { position, events, pools: pools.map(([pool, version]) => ({ pool, version })) };
}

/** Ids of events, without the journal's. */
export function idsOf(entries: readonly Entered[]): Set<string> {
  return new Set(
    entries.flatMap(({ position, events }) => events.map((_, index) => `${position}:${index}`)),
  );
}

/**
 * Says of messages that become more and more whether every event of the journal has come. Looks at each once: looked
 * at from the first with each that came, ten thousand of them took a minute, and held up whoever read them.
 */
export function wholeOf(
  entries: readonly Entered[],
): (messages: readonly ReadMessage[]) => boolean {
  const left = idsOf(entries);
  let seen = 0;
  return (messages) => {
    for (; seen < messages.length; seen += 1) {
      const { position, index } = messages[seen]!.event;
      left.delete(`${position}:${index}`);
    }
    return left.size === 0;
  };
}

/** What is wrong with a topic, in sentences; `repeated` counts what came more than once. */
export function judgeRelayed(entries: readonly Entered[], messages: readonly ReadMessage[]) {
  const wrong: string[] = [];
  const missing = idsOf(entries);
  const seen = new Map<string, ReadMessage>();
  let repeated = 0;
  for (const message of messages) {
    const { event, key, partition } = message;
    const id = `${event.position}:${event.index}`;
    if (event.home) missing.delete(id);
    const first = seen.get(`${id} ${key}`);
    if (first !== undefined) {
      repeated += 1;
      if (JSON.stringify(first.event) !== JSON.stringify(event)) {
        wrong.push(`${id} of ${key} came back as another: ${JSON.stringify(event)}`);
      }
      if (first.partition !== partition) wrong.push(`${id} of ${key} is in two partitions`);
      continue;
    }
    seen.set(`${id} ${key}`, message);
  }
  for (const id of missing) wrong.push(`${id} is missing`);
  wrong.push(...outOfOrder([...seen.values()]), ...versionsMissing(entries, [...seen.values()]));
  return { wrong: wrong.slice(0, 20), repeated, told: seen.size };
}

/** By key: what came for the first time comes in the journal's order. */
function outOfOrder(first: readonly ReadMessage[]): string[] {
  const wrong: string[] = [];
  const last = new Map<string, [number, number]>();
  for (const { key, event } of first) {
    const [position, index] = last.get(key) ?? [0, -1];
    const later = event.position > position || (event.position === position && event.index > index);
    if (!later) wrong.push(`of ${key} ${event.position}:${event.index} came after ${position}`);
    last.set(key, [event.position, event.index]);
  }
  return wrong;
}

/** Every version of every pool is told, once, and in order. */
function versionsMissing(entries: readonly Entered[], first: readonly ReadMessage[]): string[] {
  const kept = new Map<string, number[]>();
  for (const { pools } of entries) {
    for (const { pool, version } of pools) {
      const versions = kept.get(pool) ?? [];
      versions.push(version);
      kept.set(pool, versions);
    }
  }
  const told = new Map<string, number[]>();
  for (const { event } of first) {
    for (const { pool, version } of event.pools) {
      const versions = told.get(pool) ?? [];
      if (versions.at(-1) !== version) versions.push(version);
      told.set(pool, versions);
    }
  }
  return [...kept].flatMap(([pool, versions]) =>
    JSON.stringify(told.get(pool)) === JSON.stringify(versions)
      ? []
      : [`${pool} has versions ${brief(versions)}, told are ${brief(told.get(pool) ?? [])}`],
  );
}

function brief(numbers: readonly number[]): string {
  return numbers.length > 20 ? `${numbers.slice(0, 20)}… (${numbers.length})` : String(numbers);
}
