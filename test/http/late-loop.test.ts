// A server whose processor is late turns away what would begin something, then everything but health.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answering, Asked } from '../../src/http/exchange.ts';
import { watchLoop } from '../../src/http/loop-delay.ts';
import { turnAwayLate } from '../../src/http/overload.ts';

function asked(url: string, access?: 'open'): Asked {
  const config = access === undefined ? {} : { access };
  return { method: 'POST', url, routeOptions: { url, config } } as unknown as Asked;
}

/** What a reply was, if there was one. */
function reply() {
  const sent = { status: 0, retryAfter: '', body: undefined as unknown };
  const answering: Answering = {
    header: (name, value) => {
      if (name === 'Retry-After') sent.retryAfter = value;
    },
    code: (status) => {
      sent.status = status;
      return answering;
    },
    type: () => answering,
    send: (body) => {
      sent.body = body;
    },
  };
  return { sent, answering };
}

test('what begins something is turned away first, then what settles, health never', () => {
  const loop = { ms: 0, close: () => {} };
  const check = turnAwayLate({ loopDelayMaxMs: 100, loop });
  const begin = asked('/v1/sales/:sale/checkout');
  const settle = asked('/v1/reservations/:reservation/confirm');
  const health = asked('/healthz', 'open');
  const passes = () => [begin, settle, health].map((one) => check(one, reply().answering));
  assert.deepEqual(passes(), [true, true, true]);
  loop.ms = 101;
  assert.deepEqual(passes(), [false, true, true]);
  loop.ms = 201;
  assert.deepEqual(passes(), [false, false, true]);
  loop.ms = 100;
  assert.deepEqual(passes(), [true, true, true]);
  loop.ms = 5_000;
  const { sent, answering } = reply();
  check(begin, answering);
  assert.deepEqual([sent.status, sent.retryAfter], [503, '1']);
  assert.partialDeepStrictEqual(sent.body, { code: 'overloaded', reason: 'processor' });
});

test('three late turns one after another are late, one is not', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let nowMs = 0;
  const loop = watchLoop(() => nowMs);
  const turn = (lateMs: number) => {
    nowMs += 50 + lateMs;
    t.mock.timers.tick(50);
    return loop.ms;
  };
  assert.deepEqual([turn(0), turn(5_000), turn(0), turn(0)], [0, 0, 0, 0]);
  assert.deepEqual([turn(800), turn(1_500), turn(900), turn(1_200)], [0, 0, 800, 900]);
  assert.equal(turn(0), 0);
  loop.close();
});
