// What the attack run judges by, apart from any server: caps at a moment as the journal tells them, and ways of trying
// that must bring so many orders.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hadAtOnce } from '../../load/attack/caps.ts';
import { forgedTokens } from '../../load/attack/forged-tokens.ts';
import { rowHolds, Tally } from '../../load/attack/tally.ts';
import { TokenSigner } from '../../src/admission/signed-token.ts';
import { RoomTokens } from '../../src/admission/waiting-room/room-tokens.ts';
import type { Entry } from '../../src/client/index.ts';

const POOL = 'kettle:drop';

test('a cap that was passed for a moment is seen, though all is given back', () => {
  const entry = (id: string, buyer: string, status: string) =>
    ({
      moves: [],
      reservations: [{ id, buyer, status, lines: [{ pool: POOL, quantity: 2 }] }],
    }) as unknown as Entry;
  const entries = [
    entry('1', 'ann', 'HELD'),
    entry('2', 'bob', 'HELD'),
    entry('1', 'ann', 'CANCELLED'),
    entry('3', 'ann', 'HELD'),
    entry('2', 'bob', 'EXPIRED'),
    entry('3', 'ann', 'CANCELLED'),
  ];
  const addresses = new Map([
    ['ann', '10.0.0.1'],
    ['bob', '10.0.0.1'],
  ]);
  const { perBuyer, perAddress, reservations } = hadAtOnce(entries, { pool: POOL, addresses });
  assert.deepEqual([perBuyer.most, perAddress.most, reservations], [2, 4, 3]);
  assert.equal(perAddress.who, '10.0.0.1');
});

test('a way of trying holds with the orders that it may bring, and the right refusals alone', () => {
  const reply = (code: string, orderId?: string) => ({ status: 0, code, body: { orderId } });
  const held = (codes: [string, string?][], admits?: { exactly?: number; atLeast?: number }) => {
    const tally = new Tally();
    const options = { mayAnswer: ['pass-used'], ...(admits && { admits }) };
    const note = tally.row('replayed', 'a pass', options);
    for (const [code, order] of codes) note(reply(code, order));
    return rowHolds(tally.rows()[0]!);
  };
  assert.equal(held([['pass-used'], ['pass-used']]), true);
  assert.equal(held([['pass-used'], ['rate-limited']]), false);
  assert.equal(held([['pass-used'], ['order', '1']]), false);
  assert.equal(held([['order', '1'], ['order', '1'], ['pass-used']], { exactly: 1 }), true);
  assert.equal(
    held(
      [
        ['order', '1'],
        ['order', '2'],
      ],
      { exactly: 1 },
    ),
    false,
  );
  assert.equal(held([['pass-used']], { exactly: 1 }), false);
  assert.equal(
    held(
      [
        ['order', '1'],
        ['order', '2'],
      ],
      { atLeast: 2 },
    ),
    true,
  );
  assert.equal(held([['no-answer']], { atLeast: 0 }), false);
});

test('no forged token is a genuine one, and none is good', () => {
  const secret = 'a secret of the servers, 32 long';
  const tokens = new RoomTokens(new TokenSigner(secret));
  const id = '01890000-0000-7000-8000-000000000000';
  const pass = { id, sale: 'drop', buyer: 'ann', untilMs: 1_000 };
  const genuine = tokens.pass(pass);
  assert.deepEqual(tokens.readPass(genuine), pass);
  const other = { id: id.replace('0189', '0190'), untilMs: 2_000 };
  const forged = forgedTokens(genuine, { kind: 'pass', secret, other });
  assert.ok(forged.length > 80);
  for (const { how, token } of forged) {
    assert.notEqual(token, genuine);
    assert.equal(tokens.readPass(token), undefined, `${how}: ${token}`);
  }
});
