// Which addresses of the internet a request may go to that somebody else has named: none of this machine,
// of its network, or of any other special purpose. Pure; resolves nothing.

import { isIPv4, isIPv6 } from 'node:net';

/** An address as bytes: 4 or 16 of them. */
type Bytes = readonly number[];

interface Range {
  bytes: Bytes;
  bits: number;
}

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890 and what came after), and two more. */
const REFUSED_V4 = ranges(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Metadata of most clouds is at 169.254.169.254.
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // A public address that in Azure is the machine's host.
  '168.63.129.16/32',
);

/** Nothing else is given out to networks of the internet (IANA IPv6 Global Unicast assignments). */
const GLOBAL_V6 = ranges('2000::/3');
/** Of these: protocol assignments with Teredo, documentation, 6to4, which carry other addresses. */
const REFUSED_V6 = ranges('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');
/** IPv4 in IPv6. */
const MAPPED = ranges('::ffff:0:0/96');

/** A set of ranges such as `10.0.0.0/8` or `fd00::/8`. */
export class AddressRanges {
  readonly #ranges: readonly Range[];

  /** @throws RangeError for what is no range. */
  constructor(texts: readonly string[]) {
    this.#ranges = ranges(...texts);
  }

  has(address: string): boolean {
    const bytes = plain(address);
    return bytes !== undefined && isIn(bytes, this.#ranges);
  }
}

/** Whether an address is one of the public internet. */
export function isPublic(address: string): boolean {
  const bytes = plain(address);
  if (bytes === undefined) return false;
  if (bytes.length === 4) return !isIn(bytes, REFUSED_V4);
  return isIn(bytes, GLOBAL_V6) && !isIn(bytes, REFUSED_V6);
}

/** The bytes of an address; of one that is IPv4 mapped into IPv6 those of the former. */
function plain(address: string): Bytes | undefined {
  const bytes = bytesOf(address);
  return bytes !== undefined && isIn(bytes, MAPPED) ? bytes.slice(12) : bytes;
}

function ranges(...texts: string[]): Range[] {
  return texts.map((text) => {
    const [address = '', prefix] = text.split('/');
    const bytes = bytesOf(address);
    if (bytes === undefined) throw new RangeError(`${text} is no range of addresses`);
    const bits = prefix === undefined ? bytes.length * 8 : Number(prefix);
    if (!/^\d{1,3}$/.test(prefix ?? '0') || bits > bytes.length * 8) {
      throw new RangeError(`${text} is no range of addresses`);
    }
    return { bytes, bits };
  });
}

function isIn(bytes: Bytes, among: readonly Range[]): boolean {
  return among.some((range) => {
    if (range.bytes.length !== bytes.length) return false;
    return bytes.every((byte, index) => {
      const bits = Math.min(8, Math.max(0, range.bits - 8 * index));
      return byte >> (8 - bits) === range.bytes[index]! >> (8 - bits);
    });
  });
}

function bytesOf(address: string): Bytes | undefined {
  if (isIPv4(address)) return address.split('.').map(Number);
  // A zone names an interface of this machine.
  if (!isIPv6(address) || address.includes('%')) return undefined;
  return bytesOfV6(address);
}

function bytesOfV6(address: string): Bytes {
  // URL writes every form of an IPv6 address in one way: hexadecimal groups alone.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = text.split('::');
  const first = groups(before);
  const last = groups(after ?? '');
  const gap = new Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...gap, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
