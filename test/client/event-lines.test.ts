// Server-sent events come out the same, however the bytes were cut on the way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLines, type Message } from '../../src/client/event-lines.ts';

const TEXT = [
  ': a comment\n\nretry: 1500\n\n',
  'id: 1\ndata: {"a":\ndata:  1}\n\n',
  'event: snapshot\r\nid: 2\r\ndata: \u00fc\u20ac\ud83c\udf75\r\n\r\n',
  'id: 3\r\r',
  'data\n\n',
  'nonsense: x\ndata:no space\nid:4\n\n',
  'data: never completed\n',
].join('');

const message = (fields: Partial<Message>): Message => ({
  id: undefined,
  event: 'message',
  data: undefined,
  retryMs: undefined,
  ...fields,
});
const EXPECTED = [
  message({ retryMs: 1_500 }),
  message({ id: '1', data: '{"a":\n 1}' }),
  message({ id: '2', event: 'snapshot', data: '\u00fc\u20ac\ud83c\udf75' }),
  message({ id: '3' }),
  message({ data: '' }),
  message({ id: '4', data: 'no space' }),
];

test('every length of chunk gives the same messages', () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let length = 1; length <= bytes.length; length += 1) {
    const lines = new EventLines();
    const seen: Message[] = [];
    for (let at = 0; at < bytes.length; at += length) {
      seen.push(...lines.push(bytes.subarray(at, at + length)));
    }
    assert.deepEqual(seen, EXPECTED, `in chunks of ${length}`);
  }
});
