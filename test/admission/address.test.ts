// Addresses have one form, however they were written; prefixes are found as Node's own list finds them; and a
// header is believed only from a proxy that was named.

import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { PrefixTable } from '../../src/admission/prefix-table.ts';
import { TrustedProxies } from '../../src/admission/trusted-proxies.ts';
import { formatPrefix, householdOf, readAddress, readPrefix } from '../../src/kernel/address.ts';

const shown = (text: string) => {
  const address = readAddress(text);
  return address && formatPrefix(address);
};

test('an address has one form', () => {
  const forms: Record<string, string[]> = {
    '203.0.113.9': ['203.0.113.9', '::ffff:203.0.113.9', '::FFFF:cb00:7109', '203.0.113.9:443'],
    '2001:db8::1': ['2001:DB8:0:0::1', '[2001:db8::1]', '[2001:db8::1]:443', '2001:db8::0.0.0.1'],
    'fe80::1': ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    '::1': ['0::1', '::1'],
  };
  for (const [form, texts] of Object.entries(forms)) {
    for (const text of texts) assert.equal(shown(text), form, text);
  }
  const none = [
    '',
    'unknown',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4:',
    '_hidden',
    '[::1',
    '01.2.3.4',
    'x:1',
  ];
  for (const text of none) assert.equal(shown(text), undefined, text);
});

test('what is an address is what Node takes for one', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '',
      ':',
      '::',
      '.',
      '0',
      '1',
      'ff',
      '2001',
      '10',
      '255',
      '256',
      'g',
      '%eth0',
      '::ffff:',
    ),
    fc.constantFrom('1.2.3.4', 'fe80', 'db8:', ':0:', '00', '12345'),
  );
  const made = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  const text = fc.oneof(made, fc.ipV4(), fc.ipV6());
  const check = (written: string) => {
    const address = readAddress(written);
    const isPort = /\.\d+:\d+$|^\[/.test(written);
    if (!isPort) assert.equal(address !== undefined, isIP(written) !== 0, written);
    if (address?.bits !== 128) return;
    const url = new URL(`http://[${written.split('%', 1)[0]}]`);
    assert.equal(`[${formatPrefix(address)}]`, url.hostname, written);
  };
  fc.assert(fc.property(text, check), { numRuns: 3_000 });
});

test('a prefix drops the bits behind it; a household is an address, or the /64 of one', () => {
  const prefix = (text: string) => {
    const read = readPrefix(text);
    return read && formatPrefix(read);
  };
  assert.equal(prefix('10.1.2.3/8'), '10.0.0.0/8');
  assert.equal(prefix('10.1.2.3/32'), '10.1.2.3');
  assert.equal(prefix('0.0.0.0/0'), '0.0.0.0/0');
  assert.equal(prefix('2001:db8::5/48'), '2001:db8::/48');
  assert.equal(prefix('::ffff:10.1.2.3/104'), '10.0.0.0/8');
  for (const text of ['10.0.0.0/33', '::/129', '::ffff:1.2.3.4/8', '10.0.0.0/', '1.2.3.4/8/8']) {
    assert.equal(prefix(text), undefined, text);
  }
  assert.equal(formatPrefix(householdOf(readAddress('2001:db8:1:2:3::4')!)), '2001:db8:1:2::/64');
  assert.equal(formatPrefix(householdOf(readAddress('192.0.2.7')!)), '192.0.2.7');
});

test('a table of prefixes finds what the list of Node finds', () => {
  const list = new BlockList();
  const table = new PrefixTable<string>();
  let state = 7;
  const draw = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const address = (isV4: boolean) =>
    isV4
      ? `10.${draw(4)}.${draw(256)}.${draw(256)}`
      : `2001:db8:${draw(4)}:${draw(256).toString(16)}::${draw(65_536).toString(16)}`;
  for (let count = 0; count < 60; count += 1) {
    const isV4 = count % 2 === 0;
    const [text, length] = [address(isV4), isV4 ? 18 + draw(15) : 48 + draw(81)];
    list.addSubnet(text, length, isV4 ? 'ipv4' : 'ipv6');
    table.set(readPrefix(`${text}/${length}`)!, text);
  }
  let hits = 0;
  for (let count = 0; count < 3_000; count += 1) {
    const isV4 = count % 2 === 0;
    const text = address(isV4);
    const isListed = list.check(text, isV4 ? 'ipv4' : 'ipv6');
    assert.equal(table.find(readAddress(text)!) !== undefined, isListed, text);
    if (isListed) hits += 1;
  }
  assert.ok(hits > 30 && hits < 2_900, `${hits}`);
});

test('the longest prefix counts first, and one that is taken out no more', () => {
  const table = new PrefixTable<string>();
  const [wide, narrow] = [readPrefix('10.0.0.0/8')!, readPrefix('10.1.0.0/16')!];
  table.set(wide, 'wide');
  table.set(narrow, 'narrow');
  const inside = readAddress('10.1.2.3')!;
  assert.equal(table.find(inside), 'narrow');
  assert.equal(
    table.find(inside, (kept) => kept !== 'narrow'),
    'wide',
  );
  table.delete(narrow);
  assert.equal(table.find(inside), 'wide');
  table.delete(wide);
  assert.equal(table.find(inside), undefined);
});

test('X-Forwarded-For counts from named proxies alone, as far back as those go', () => {
  const from = (trusted: string[], peer: string, header?: string) =>
    formatPrefix(new TrustedProxies(trusted).addressOf(peer, header));
  const near = ['127.0.0.1', '10.0.0.0/8', '2001:db8:f::/48'];
  assert.equal(from([], '127.0.0.1', '203.0.113.9'), '127.0.0.1');
  assert.equal(from(near, '192.0.2.1', '203.0.113.9'), '192.0.2.1');
  assert.equal(from(near, '127.0.0.1'), '127.0.0.1');
  assert.equal(from(near, '127.0.0.1', ''), '127.0.0.1');
  assert.equal(from(near, '127.0.0.1', '203.0.113.9'), '203.0.113.9');
  assert.equal(from(near, '::ffff:127.0.0.1', '203.0.113.9:50123'), '203.0.113.9');
  assert.equal(from(near, '2001:db8:f::2', '2001:db8::7'), '2001:db8::7');
  // What stands before the last one who is not trusted was written by the client.
  assert.equal(from(near, '127.0.0.1', '198.51.100.1, 203.0.113.9, 10.2.3.4'), '203.0.113.9');
  assert.equal(from(near, '127.0.0.1', '10.9.9.9,10.2.3.4'), '10.9.9.9');
  assert.equal(from(near, '10.0.0.1', 'nonsense, 10.2.3.4'), '10.2.3.4');
  assert.equal(from(near, '10.0.0.1', 'nonsense'), '10.0.0.1');
});

test('what is no address cannot be trusted', () => {
  assert.throws(() => new TrustedProxies(['proxy.example']), RangeError);
  assert.throws(() => new TrustedProxies(['10.0.0.0/40']), RangeError);
});
