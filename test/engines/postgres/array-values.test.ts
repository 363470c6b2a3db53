// Lists in the database's binary form arrive as what they were: odd texts, no value, the largest and the
// most negative numbers, nothing at all.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import {
  arrayText,
  bigintArray,
  booleanArray,
  integerArray,
  textArray,
} from '../../../src/engines/postgres/array-values.ts';
import { postgresMissing, providePostgres } from '../../support/postgres.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const NUMBERS = [0, 1, -1, 2 ** 31, 2 ** 32 - 1, -(2 ** 32), -(2 ** 40) - 7, MOST, -MOST];
const TEXTS = ['', 'a', 'é漢😀', '{"a":"\\"}"}', 'NULL', "'; --", 'x'.repeat(70_000), '\n\t'];

describe('lists as values', { skip: postgresMissing() ?? false }, () => {
  let client: Client;
  before(async () => {
    client = new Client({ connectionString: await providePostgres() });
    await client.connect();
  });
  after(() => client.end());

  const back = async (type: string, value: unknown): Promise<unknown> => {
    const text = `SELECT to_json($1::${type}[]) AS list`;
    return (await client.query(text, [value])).rows[0].list;
  };

  it('of texts', async () => {
    assert.deepEqual(await back('text', textArray(TEXTS)), TEXTS);
    assert.deepEqual(await back('text', textArray([undefined, 'b'])), [null, 'b']);
    assert.deepEqual(await back('text', textArray([])), []);
    assert.deepEqual(await back('text', arrayText(TEXTS)), TEXTS);
    assert.deepEqual(await back('text', arrayText([])), []);
  });

  it('of numbers', async () => {
    assert.deepEqual(await back('bigint', bigintArray(NUMBERS)), NUMBERS);
    assert.deepEqual(await back('bigint', bigintArray([undefined, 5])), [null, 5]);
    assert.deepEqual(await back('int', integerArray([1, -1, 2 ** 31 - 1])), [1, -1, 2 ** 31 - 1]);
    assert.deepEqual(await back('int', integerArray([])), []);
  });

  it('of truths', async () => {
    assert.deepEqual(await back('boolean', booleanArray([true, false])), [true, false]);
  });
});
