// How `holdfast serve` is told who takes money: what cannot be is refused before it serves.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { run } from './cli-process.ts';

const CASES: [what: string, args: string[], env: Record<string, string>, said: RegExp][] = [
  ['an unknown provider', ['--payments', 'paypal'], {}, /It is stripe, or simulated=/],
  ['no address', ['--payments', 'simulated=nowhere'], {}, /It must be a URL such as/],
  [
    'one named twice',
    ['--payments', 'stripe', '--payments', 'stripe'],
    {},
    /stripe is named twice/,
  ],
  ['no key', ['--payments', 'stripe'], {}, /--payments stripe needs STRIPE_SECRET_KEY/],
  [
    'no secret',
    [],
    { HOLDFAST_PAYMENTS: 'stripe', STRIPE_SECRET_KEY: 'sk_test_1' },
    /needs STRIPE_WEBHOOK_SECRET, or STRIPE_WEBHOOK_SECRET_FILE/,
  ],
  [
    'a file that is not there',
    ['--payments', 'stripe'],
    { STRIPE_SECRET_KEY_FILE: '/nowhere/key' },
    /STRIPE_SECRET_KEY_FILE: ENOENT/,
  ],
  [
    'a server that nobody finds',
    ['--payments', 'simulated=http://127.0.0.1:8090', '--port', '0'],
    {},
    /name a --port or --public-url/,
  ],
];

describe('serve --payments', () => {
  for (const [what, args, env, said] of CASES) {
    test(`refuses ${what}`, async () => {
      const ended = await run(['serve', '--engine', 'memory:', ...args], { env });
      assert.notEqual(ended.code, 0);
      assert.match(ended.stderr, said);
    });
  }
});
