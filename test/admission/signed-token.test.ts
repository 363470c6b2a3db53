// Signed tokens: what was signed is read, and nothing else is, however little it differs.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenSigner } from '../../src/admission/signed-token.ts';

const signer = new TokenSigner('a secret');
const payload = { sale: 'spring', buyer: 'änn', until: 1_700_000_000_000 };

describe('a signed token', () => {
  it('is read by whoever has the secret', () => {
    const token = signer.sign('pass', payload);
    assert.deepEqual(signer.read('pass', token), payload);
    assert.deepEqual(new TokenSigner('a secret').read('pass', token), payload);
    assert.match(token, /^[\w-]+\.[\w-]{43}$/);
  });

  it('is of its kind and of its secret alone', () => {
    const token = signer.sign('place', payload);
    assert.equal(signer.read('pass', token), undefined);
    assert.equal(new TokenSigner('another').read('place', token), undefined);
    assert.equal(new TokenSigner().read('place', token), undefined);
    assert.equal(new TokenSigner().read('place', new TokenSigner().sign('place', {})), undefined);
    assert.throws(() => new TokenSigner(''), RangeError);
  });

  it('is nothing once a single character is another', () => {
    const token = signer.sign('pass', payload);
    for (let at = 0; at < token.length; at += 1) {
      for (const other of ['A', 'B', '.', 'é']) {
        if (token[at] === other) continue;
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        assert.equal(signer.read('pass', changed), undefined, `${at}: ${other}`);
      }
      assert.equal(signer.read('pass', token.slice(0, at)), undefined);
    }
    for (const wrong of ['', '.', 'a.b', `${token}A`, `${token}=`, 'x'.repeat(10_000)]) {
      assert.equal(signer.read('pass', wrong), undefined, wrong.slice(0, 20));
    }
  });

  it('carries lots that are always the same, and that nobody can foretell', () => {
    const lot = signer.lot('room', 'spring', 'ann');
    assert.equal(new TokenSigner('a secret').lot('room', 'spring', 'ann'), lot);
    assert.ok(Number.isSafeInteger(lot) && lot >= 0 && lot < 2 ** 48);
    const others = [
      signer.lot('room', 'spring', 'bob'),
      signer.lot('room', 'autumn', 'ann'),
      signer.lot('room', 'springann', ''),
      new TokenSigner('another').lot('room', 'spring', 'ann'),
    ];
    assert.equal(new Set([lot, ...others]).size, 5);
  });
});
