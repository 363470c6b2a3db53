// Where the direct way must stop or wait: request lines with other line ends in them, and readers slower
// than the answers. On raw sockets.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { answers } from './raw-exchange.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
let port: number;
beforeEach(async () => {
  shop = await ServedShop.open();
  port = Number(new URL(shop.url).port);
  await shop.fill('tea', 1_000);
});
afterEach(() => shop.close());

const asking = (target: string) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

for (const end of ['\n', '\r', '\0', ' ', '\t', '\x7f', '\xff']) {
  test(`a target with ${JSON.stringify(end)} in it is not read as one`, async () => {
    const socket = connect(port, '127.0.0.1');
    const target = `/v1/availability?pools=tea${end}X: y`;
    const hidden = asking('/v1/availability?pools=tea');
    socket.write(Buffer.from(`${asking(target)}${hidden}`, 'latin1'));
    const [answer] = await answers(socket, 1);
    assert.equal(answer!.isDirect, false);
    assert.equal(answer!.status, 400);
    socket.destroy();
  });
}

test('answers at once and later reach a slow reader in their order, none twice', async () => {
  const ROUNDS = 3_000;
  const later = asking('/v1/availability?pools=tea');
  const atOnce = asking('/v1/availability?pools=%20');
  const socket = connect(port, '127.0.0.1').pause();
  for (let round = 0; round < ROUNDS; round += 1) {
    socket.write(later + later + atOnce);
    // Some are read, so that the server goes on and off.
    if (round % 100 === 0) await shop.get('/healthz');
  }
  const found = await answers(socket, 3 * ROUNDS);
  const statuses = found.map(({ status }) => status);
  assert.deepEqual(
    statuses,
    Array.from({ length: 3 * ROUNDS }, (_, index) => (index % 3 === 2 ? 400 : 200)),
  );
  socket.destroy();
});
