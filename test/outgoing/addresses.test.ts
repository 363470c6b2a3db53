// Where a request may go that somebody else has named: every form of an address that is not public, and
// names that change their mind.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Address, AddressGuard } from '../../src/outgoing/address-guard.ts';
import { AddressRanges, isPublic } from '../../src/outgoing/address-ranges.ts';
import { guardedPost } from '../../src/outgoing/guarded-post.ts';
import { Receiver } from '../support/receiver.ts';

const PRIVATE = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255'],
  ...['127.0.0.1', '127.255.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...['192.0.0.192', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.7'],
  ...['203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...['100.100.100.200', '168.63.129.16', '192.88.99.1'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:7f00:1', '::127.0.0.1'],
  ...['64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '3fff::1'],
];
const PUBLIC = [
  ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.255.255'],
  ...['172.32.0.0', '192.167.255.255', '192.169.0.0', '223.255.255.255', '::ffff:1.1.1.1'],
  ...['2606:4700:4700::1111', '2a00:1450:4001:80e::200e', '2001:4860:4860::8888'],
];

describe('an address', () => {
  for (const address of PRIVATE) {
    it(`${address} is not public`, () => assert.equal(isPublic(address), false));
  }
  for (const address of PUBLIC) {
    it(`${address} is public`, () => assert.equal(isPublic(address), true));
  }

  it('is in a range by its first bits', () => {
    const ranges = new AddressRanges(['10.1.0.0/17', 'fd00::/8', '::1']);
    for (const inside of ['10.1.127.255', 'fd12::1', '::1', '::ffff:10.1.0.0']) {
      assert.ok(ranges.has(inside), inside);
    }
    for (const outside of ['10.1.128.0', '10.0.255.255', 'fe00::1', '::2', 'nonsense']) {
      assert.ok(!ranges.has(outside), outside);
    }
    for (const wrong of ['10.0.0.0/33', 'x/8', '10.0.0/8', '10.0.0.0/', '::/129', '']) {
      assert.throws(() => new AddressRanges([wrong]), RangeError, wrong);
    }
  });
});

/** How URLs write addresses that somebody wants to hide. */
const HIDDEN = [
  ...['http://127.1/', 'http://2130706433/', 'http://0x7f.0.0.1/', 'http://017700000001/'],
  ...['http://[::ffff:127.0.0.1]/', 'http://[::]/', 'http://0/', 'http://127.0.0.1./'],
  ...['http://①②⑦.0.0.1/', 'http://169.254.169.254/latest/meta-data/', 'http://localhost/'],
];

describe('a request', () => {
  for (const url of HIDDEN) {
    it(`does not go to ${url}`, async () => {
      const allowed = await new AddressGuard().allow(new URL(url));
      assert.deepEqual(allowed, { ok: false, why: 'address-refused' });
    });
  }

  it('goes to ports of the web, and to any of a range that is allowed', async () => {
    const guard = new AddressGuard(['127.0.0.0/8']);
    const why = async (url: string) => {
      const allowed = await guard.allow(new URL(url));
      return allowed.ok || allowed.why;
    };
    assert.equal(await why('https://1.1.1.1/'), true);
    assert.equal(await why('https://1.1.1.1:8443/'), true);
    for (const port of [22, 25, 3_306, 5_432, 6_379, 8_080]) {
      assert.equal(await why(`http://1.1.1.1:${port}/`), 'port-refused');
    }
    assert.equal(await why('http://127.0.0.1:25/'), true);
    assert.equal(await why('http://10.0.0.1/'), 'address-refused');
  });

  it('goes nowhere where one of several addresses is not public', async () => {
    const mixed: Address[] = [
      { address: '1.1.1.1', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    const guard = new AddressGuard([], async () => mixed);
    const allowed = await guard.allow(new URL('https://shop.example/'));
    assert.deepEqual(allowed, { ok: false, why: 'address-refused' });
    const nobody = new AddressGuard([], () => Promise.reject(new Error('ENOTFOUND')));
    const unknown = await nobody.allow(new URL('https://shop.example/'));
    assert.deepEqual(unknown, { ok: false, why: 'name-not-found' });
  });

  it('goes to the very address that was looked at, whatever the name says next', async (t) => {
    const receiver = await Receiver.start();
    t.after(() => receiver.stop());
    let asked = 0;
    const guard = new AddressGuard(['127.0.0.2/32'], async () => {
      asked += 1;
      // The second answer would be another one.
      return [{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
    });
    const url = `http://rebinding.example:${receiver.port}/hook`;
    const post = { url, headers: {}, body: '{}', guard, timeoutMs: 2_000 };
    const first = await guardedPost(post);
    // The receiver listens on 127.0.0.1 alone: the request went to 127.0.0.2, not there.
    assert.equal(first.error, 'ECONNREFUSED');
    assert.equal(asked, 1);
    const second = await guardedPost(post);
    assert.equal(second.error, 'address-refused');
    assert.equal(receiver.received.length, 0);
  });

  it('ends in time though the name is never resolved', async () => {
    const guard = new AddressGuard([], () => new Promise(() => {}));
    const post = { url: 'https://slow.example/', headers: {}, body: '{}', guard, timeoutMs: 20 };
    assert.equal((await guardedPost(post)).error, 'timeout');
  });
});
