// One byte of a request changed, at random: whatever it becomes, both ways must answer with the same
// status. The one that is sent beside it has a header that only the framework takes.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { request, TEA, UNUSUAL } from './raw-exchange.ts';
import { ServedShop } from './served-shop.ts';

const COUNT = 400;
/** How long a request that lacks a byte is waited for: longer than a busy machine needs for them all. */
const TIMEOUT_MS = 8_000;

let shop: ServedShop;
beforeEach(async () => {
  const limits = { headersTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS };
  shop = await ServedShop.open({ limits });
  await shop.fill('tea', 100_000);
});
afterEach(() => shop.close());

/** The status line's number of the first reply; 0 for none. */
function statusOf(bytes: Buffer): Promise<number> {
  const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
  socket.write(bytes);
  return new Promise((resolve) => {
    socket.once('data', (reply) => {
      resolve(Number(reply.toString('latin1', 9, 12)));
      socket.destroy();
    });
    socket.once('error', () => resolve(0)).once('close', () => resolve(0));
  });
}

/** What a byte may become: some of each kind that a parser may stumble over. */
const BYTES = Buffer.from('\0\t\n\r "%,/0129:;=?AZ[\\_az{|}~\x7f\x80\xff', 'latin1');

test('a changed byte changes both ways alike', async () => {
  const plain = Buffer.from(
    request({ body: TEA, head: 'Accept: */*\r\nIdempotency-Key: k-000\r\n' }),
  );
  const lineEnd = plain.indexOf('\r\n') + 2;
  const tries = Array.from({ length: COUNT }, async (_, index) => {
    const bytes = Buffer.from(plain);
    const at = lineEnd + randomInt(bytes.length - lineEnd);
    bytes[at] = BYTES[randomInt(BYTES.length)]!;
    // A key of its own for each, so that none is a repeat.
    const key = bytes.indexOf('k-000');
    if (key > 0) bytes.write(String(index).padStart(3, '0'), key + 2);
    const other = [bytes.subarray(0, lineEnd), Buffer.from(UNUSUAL), bytes.subarray(lineEnd)];
    const both = [statusOf(bytes), statusOf(Buffer.concat(other))];
    const [direct, framework] = await Promise.all(both);
    assert.equal(direct, framework, JSON.stringify(bytes.toString('latin1')));
  });
  await Promise.all(tries);
});
