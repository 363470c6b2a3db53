// Addresses of clients and prefixes of such, read into numbers so that they can be compared and looked up. One
// address has one form here, however it was written: IPv4 in IPv6 is IPv4, a port and a zone say nothing.
// Decides nothing about anybody.

/** The first `length` of an address's bits. An address by itself has all of them. */
export interface Prefix {
  /** 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128;
  readonly length: number;
  /** Of the bits, without those behind the prefix. */
  readonly value: bigint;
}

export type Address = Prefix;

/** What is known of a client whose connection has gone before anybody asked. */
export const NOWHERE: Address = { bits: 32, length: 32, value: 0n };

/** One household has a whole /64 of IPv6, and may take any address in it. */
const HOUSEHOLD_BITS = 64;
const MAPPED = 0xffffn;
const MAPPED_BITS = 96;
const V4_MAX = 0xffff_ffffn;
const GROUPS = 8;
/** No leading zeros: some read such a number as octal. */
const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[\da-f]{1,4}$/i;
const ZONE = /%[^%]+$/;

/** Undefined for what is no address. Takes `1.2.3.4:5678` and `[2001:db8::1]:5678` too, as proxies write them. */
export function readAddress(text: string): Address | undefined {
  return v4(text) ?? v6(text) ?? withPort(text);
}

/** An address, or `10.0.0.0/8`; bits behind the prefix are dropped. Undefined for what is neither. */
export function readPrefix(text: string): Prefix | undefined {
  const [before = '', behind, ...more] = text.split('/');
  if (more.length > 0 || before.includes('%')) return undefined;
  const address = v4(before) ?? v6(before);
  if (address === undefined || behind === undefined) return address;
  if (!/^\d{1,3}$/.test(behind)) return undefined;
  const isMapped = address.bits === 32 && before.includes(':');
  const length = Number(behind) - (isMapped ? MAPPED_BITS : 0);
  return length < 0 || length > address.bits ? undefined : shortened(address, length);
}

/** All that one household can take on: an IPv4 address by itself, the /64 of one of IPv6. */
export function householdOf(address: Address): Prefix {
  return address.bits === 32 ? address : shortened(address, HOUSEHOLD_BITS);
}

export function shortened({ bits, value }: Prefix, length: number): Prefix {
  const behind = BigInt(bits - length);
  return { bits, length, value: (value >> behind) << behind };
}

/** In the one form: `10.0.0.0/8`, `2001:db8:0:0::/64`, and without a length where it is a whole address. */
export function formatPrefix({ bits, length, value }: Prefix): string {
  const address = bits === 32 ? formatV4(value) : formatV6(value);
  return length === bits ? address : `${address}/${length}`;
}

function v4(text: string): Address | undefined {
  if (!V4.test(text)) return undefined;
  let value = 0;
  for (const part of text.split('.')) value = value * 256 + Number(part);
  return { bits: 32, length: 32, value: BigInt(value) };
}

/** Eight groups of 16 bits, of which one run of zeros may be left out, and the last two written as IPv4. */
function v6(text: string): Address | undefined {
  if (!text.includes(':')) return undefined;
  const plain = dottedToGroups(text.replace(ZONE, ''));
  if (plain === undefined) return undefined;
  const [first = '', last, ...more] = plain.split('::');
  const [before, behind] = [groupsOf(first), groupsOf(last ?? '')];
  if (before === undefined || behind === undefined || more.length > 0) return undefined;
  const leftOut = GROUPS - before.length - behind.length;
  if (last === undefined ? leftOut !== 0 : leftOut < 1) return undefined;
  const value = BigInt(`0x${[...before, ...Array(leftOut).fill('0000'), ...behind].join('')}`);
  if (value >> 32n === MAPPED) return { bits: 32, length: 32, value: value & V4_MAX };
  return { bits: 128, length: 128, value };
}

function dottedToGroups(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const at = text.lastIndexOf(':') + 1;
  const dotted = v4(text.slice(at));
  if (dotted === undefined) return undefined;
  const hex = dotted.value.toString(16).padStart(8, '0');
  return `${text.slice(0, at)}${hex.slice(0, 4)}:${hex.slice(4)}`;
}

function groupsOf(text: string): string[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => GROUP.test(group))
    ? groups.map((group) => group.padStart(4, '0'))
    : undefined;
}

function withPort(text: string): Address | undefined {
  const [, inner, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  return plain !== undefined ? v4(plain) : inner === undefined ? undefined : v6(inner);
}

function formatV4(value: bigint): string {
  const number = Number(value);
  return [24, 16, 8, 0].map((by) => (number >>> by) & 0xff).join('.');
}

/** RFC 5952: no leading zeros, small letters, the first of the longest runs of zeros left out. */
function formatV6(value: bigint): string {
  const hex = value.toString(16).padStart(32, '0').match(/.{4}/g)!;
  const groups = hex.map((group) => group.replace(/^0{1,3}/, ''));
  const runs = [...groups.join(':').matchAll(/\b0(?::0\b)+/g)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const text = groups.join(':');
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![\\da-f])${longest}(?![\\da-f])`));
  const [before, behind] = [text.slice(0, at), text.slice(at + longest.length)];
  return `${before.replace(/:$/, '')}::${behind.replace(/^:/, '')}`;
}
