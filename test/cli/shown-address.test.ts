// What is printed of an engine's address has no password in it, wherever one stands, and is the same
// text otherwise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownAddress } from '../../src/cli/shown-address.ts';

const CASES: [address: string, shown: string][] = [
  ['memory:', 'memory:'],
  ['sqlite:./a@b:c.db', 'sqlite:./a@b:c.db'],
  ['postgres://', 'postgres://'],
  ['postgres://me@db/shop?schema=a,b', 'postgres://me@db/shop?schema=a,b'],
  ['postgres://me:secret@db/shop', 'postgres://me:***@db/shop'],
  ['postgres://me:sec%2Fret@db:1/shop?schema=x', 'postgres://me:***@db:1/shop?schema=x'],
  ['postgresql://me@db/shop?password=secret', 'postgresql://me@db/shop?password=***'],
  ['postgres://me:sec/ret@db:1/shop', 'postgres://...@db:1/shop'],
  ['redis://me:secret@cache:1/0?namespace=a', 'redis://me:***@cache:1/0?namespace=a'],
];

for (const [address, shown] of CASES) {
  test(`${address} is shown as ${shown}`, () => assert.equal(shownAddress(address), shown));
}

test('the address to be woken from hides its own', () => {
  const wake = encodeURIComponent('postgres://me:secret@direct/shop');
  const shown = shownAddress(`postgres://me:secret@bouncer/shop?pooler=transaction&wake=${wake}`);
  assert.doesNotMatch(shown, /secret/);
  assert.match(shown, /^postgres:\/\/me:\*\*\*@bouncer\/shop\?pooler=transaction&wake=.*direct/);
});
