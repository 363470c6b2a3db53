// The page about the views tells every view with every column, and the statements of all pages run on a
// store that has something to show. Each is undone again: one of them makes a role.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  fillReportedShop,
  openReportedShop,
  type ReportedShop,
} from '../engines/postgres/reported-shop.ts';
import { postgresMissing } from '../support/postgres.ts';
import { textOf } from '../tidy/project-files.ts';
import { blocksOf, PAGES } from './pages.ts';

const PAGE = 'docs/sql-views.md';

describe(PAGE, { skip: postgresMissing() ?? false }, () => {
  let shop: ReportedShop;
  before(async () => {
    shop = await openReportedShop();
    await fillReportedShop(shop);
  });
  after(() => shop?.close());

  test('tells every view with every column', async () => {
    const rows = await shop.ask(`
      SELECT table_name AS view, json_agg(column_name::text ORDER BY column_name) AS columns
      FROM information_schema.columns WHERE table_schema = current_schema AND table_name IN
        (SELECT viewname FROM pg_views WHERE schemaname = current_schema)
      GROUP BY table_name`);
    const there = new Map(rows.map(({ view, columns }) => [view, (columns as string[]).sort()]));
    assert.deepEqual(sorted(toldColumns()), sorted(there as Map<string, string[]>));
  });

  for (const { page, language, line, text } of PAGES.flatMap(blocksOf)) {
    if (language !== 'sql') continue;
    test(`the statement at ${page}:${line} runs`, async () => {
      const { schema } = (await shop.ask('SELECT current_schema AS schema'))[0]!;
      await shop.ask('BEGIN');
      try {
        const rows = await shop.ask(text.replaceAll(/\bshop\b/g, String(schema)));
        if (/^SELECT/.test(text)) assert.notEqual(rows.length, 0);
      } finally {
        await shop.ask('ROLLBACK');
      }
    });
  }
});

/** By view: the names in the first cells of the table under its heading. */
function toldColumns(): Map<string, string[]> {
  const told = new Map<string, string[]>();
  for (const section of textOf(PAGE).split('\n## ').slice(1)) {
    const cells = section.matchAll(/^\| (`.*?) \|/gm);
    const names = [...cells].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)]);
    told.set(section.slice(0, section.indexOf('\n')), names.map(([, name]) => name!).sort());
  }
  return told;
}

function sorted(views: Map<string, string[]>): [string, string[]][] {
  return [...views].sort(([one], [other]) => (one < other ? -1 : 1));
}
