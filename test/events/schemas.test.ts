// The schemas of events: one for each type that docs/events.md lists, with the data that it lists; each
// stands by itself, all of them stand in one, and they refuse what is wrong. That what the product tells
// passes them is checked by every shop of the tests (test/support/event-schemas.ts).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Compile } from 'typebox/schema';
import {
  EVENT_TYPES,
  type EventType,
  eventSchema,
  eventSchemaId,
  eventSchemas,
} from '../../src/http/event-schemas/index.ts';
import { run } from '../cli/cli-process.ts';
import { ROOT } from '../support/test-files.ts';

const EVENT = {
  id: 'a:7:0',
  type: 'stock.transferred',
  at: '2026-11-20T09:30:00.000Z',
  subject: 'tea',
  journal: 'a',
  position: 7,
  index: 0,
  product: 'tea',
  home: true,
  pools: [{ pool: 'tea', version: 3, change: { available: -2 } }],
  data: { to: 'tea:store' },
};

interface Node {
  properties?: Record<string, Node>;
  items?: Node;
}

function names({ properties = {}, items }: Node): string[] {
  const own = Object.entries(properties).flatMap(([name, node]) => [name, ...names(node)]);
  return items === undefined ? own : [...own, ...names(items)];
}

describe('the schemas of events', () => {
  const page = readFileSync(join(ROOT, 'docs/events.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` \|[^|]*\|[^|]*\|(.*)\|$/gm)];

  test('there is one for each type that the page lists', () => {
    assert.deepEqual(rows.map(([, type]) => type).sort(), EVENT_TYPES.toSorted());
  });

  for (const [, type, cell] of rows) {
    test(`${type} has the data that the page lists`, () => {
      const { properties } = eventSchema(type as EventType) as Node;
      const data = properties?.data;
      const told = new Set([...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
      const top = Object.keys(data?.properties ?? {});
      assert.deepEqual(
        top.filter((name) => !told.has(name)),
        [],
        'named by the schema alone',
      );
      const known = new Set(data === undefined ? [] : names(data));
      assert.deepEqual(
        [...told].filter((name) => !known.has(name)),
        [],
        'named by the page alone',
      );
    });
  }

  test('each has its id, and all are in one', () => {
    const all = eventSchemas() as { $defs: Record<string, { $id: string }> };
    for (const type of EVENT_TYPES) {
      assert.equal(eventSchema(type).$id, eventSchemaId(type));
      assert.equal(all.$defs[type]?.$id, eventSchemaId(type));
    }
  });

  const one = Compile(eventSchema('stock.transferred') as object);
  const any = Compile(eventSchemas() as object);

  test('an event passes its own, and the one of all', () => {
    assert.ok(one.Check(EVENT));
    assert.ok(any.Check(EVENT));
    assert.ok(one.Check({ ...EVENT, later: 'a field of a later version' }));
    const { data: _, ...copy } = { ...EVENT, home: false };
    assert.ok(one.Check(copy), 'under another product its data is left out');
  });

  const WRONG: [what: string, event: object][] = [
    ['another type', { ...EVENT, type: 'stock.received' }],
    ['no data', { ...EVENT, data: undefined }],
    ['data of another kind', { ...EVENT, data: { to: 5 } }],
    ['a version that is none', { ...EVENT, pools: [{ pool: 'tea', version: 0, change: {} }] }],
    ['half a unit', { ...EVENT, pools: [{ pool: 'tea', version: 1, change: { sold: 0.5 } }] }],
    ['no place in the journal', { ...EVENT, position: undefined }],
  ];
  for (const [what, event] of WRONG) {
    test(`${what} does not pass`, () => {
      assert.equal(one.Check(JSON.parse(JSON.stringify(event))), false);
    });
  }

  test('the command prints them', async () => {
    const all = await run(['events', 'schema']);
    assert.deepEqual(JSON.parse(all.stdout), eventSchemas());
    const paid = await run(['events', 'schema', 'order.paid']);
    assert.deepEqual(JSON.parse(paid.stdout), eventSchema('order.paid'));
    const none = await run(['events', 'schema', 'order.eaten']);
    assert.notEqual(none.code, 0);
    assert.match(none.stderr, /no type of event is called "order.eaten"/);
  });
});
