// Holds every event that a shop of the tests tells against its schema, as it would be relayed. A test file
// in whose shops one does not pass fails at its end. Strict: a field that no schema names is wrong too.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Compile } from 'typebox/schema';
import type { Document, Engine, Entry } from '../../src/engines/contract.ts';
import { EVENT_TYPES, type EventType, eventSchema } from '../../src/http/event-schemas/index.ts';
import { RELAY_FORMAT } from '../../src/http/relay-format.ts';
import { EntryEvents } from '../../src/uses/relay/entry-events.ts';

/** What tests tell past all verbs. */
const OF_TESTS: ReadonlySet<string> = new Set(['pool.closed']);
const WRONG_MAX = 5;

const compiled = new Map<string, ReturnType<typeof Compile>>();
const wrong = new Map<string, string>();
const seen = new Set<string>();
let pending: Promise<void> = Promise.resolve();

after(async () => {
  await pending;
  assert.deepEqual([...wrong.values()].slice(0, WRONG_MAX), [], 'events that their schemas refuse');
});

/** Types that came by in this process. */
export async function seenTypes(): Promise<ReadonlySet<string>> {
  await pending;
  return seen;
}

export function watchEvents(engine: Engine): void {
  const documents = new Map<string, Document>();
  const kept = { documents: async (ids: readonly string[]) => ids.map((id) => documents.get(id)) };
  const events = new EntryEvents({ engine: kept, format: RELAY_FORMAT, journal: 'watched' });
  engine.follow((entries) => {
    pending = pending.then(() => look(entries, { documents, events }));
  });
}

async function look(
  entries: readonly Entry[],
  { documents, events }: { documents: Map<string, Document>; events: EntryEvents },
): Promise<void> {
  for (const entry of entries) {
    for (const document of entry.documents) documents.set(document.id, document);
    for (const { value } of await events.of([entry])) check(JSON.parse(value));
  }
}

function check(event: { type: string }): void {
  const { type } = event;
  seen.add(type);
  if (OF_TESTS.has(type) || wrong.has(type)) return;
  if (!EVENT_TYPES.includes(type as EventType)) {
    wrong.set(type, `${type} has no schema`);
    return;
  }
  let schema = compiled.get(type);
  if (schema === undefined) {
    schema = Compile(closed(eventSchema(type as EventType)) as object);
    compiled.set(type, schema);
  }
  if (schema.Check(event)) return;
  const [, errors] = schema.Errors(event);
  wrong.set(type, `${JSON.stringify(event)}: ${JSON.stringify(errors.slice(0, 3))}`);
}

/** The same, with nothing in an object that it does not name, but for a caller's own. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, ...rest } = schema as { properties?: object; additionalProperties?: boolean };
  const all = Object.entries(rest).map(([keyword, value]) => [keyword, closed(value)]);
  if (properties === undefined) return Object.fromEntries(all);
  const fields = Object.entries(properties).map(([name, value]) => [name, closed(value)]);
  const isWhole = 'type' in rest && rest.additionalProperties !== true;
  return {
    ...Object.fromEntries(all),
    properties: Object.fromEntries(fields),
    ...(isWhole ? { additionalProperties: false } : {}),
  };
}
