// How a voucher's code is written and read: Crockford's Base32 (https://www.crockford.com/base32.html),
// in which no two symbols look alike, with a check symbol at the end. What is in it is sealed elsewhere.

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** What readers take for another symbol. */
const READ_AS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

const INDEX_SYMBOLS = 6;
const SEAL_SYMBOLS = 8;
/** Index, seal and check symbol. */
export const BODY_LENGTH = INDEX_SYMBOLS + SEAL_SYMBOLS + 1;
const GROUP_LENGTH = 5;

/** So many codes one campaign may have: 30 bits. */
export const INDEX_MAX = 2 ** (5 * INDEX_SYMBOLS) - 1;
/** A seal has 40 bits: one guess in 1,100,000,000,000 is right. */
export const SEAL_BYTES = (5 * SEAL_SYMBOLS) / 8;

export const CODE_LENGTH_MAX = 64;
const CODE = /^[\x21-\x7e]{1,64}$/;
const LEFT_OUT = /[\s-]/g;

/** What stands in a generated code, apart from its campaign's prefix. */
export interface CodeBody {
  /** Which code of its campaign it is, under a mask. */
  index: number;
  seal: number;
}

/** A code as it is compared: capital letters, without blanks and hyphens; undefined if it can be none. */
export function plainCode(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 4 * CODE_LENGTH_MAX) return undefined;
  const code = text.replaceAll(LEFT_OUT, '').toUpperCase();
  return CODE.test(code) ? code : undefined;
}

export function writeBody({ index, seal }: CodeBody): string {
  const values = [...digits(index, INDEX_SYMBOLS), ...digits(seal, SEAL_SYMBOLS)];
  values.push(timesAlpha(remainder(values)));
  return values.map((value) => SYMBOLS[value]).join('');
}

/** Undefined: no body, or one with a slip of the pen. */
export function readBody(text: string): (CodeBody & { plain: string }) | undefined {
  if (text.length !== BODY_LENGTH) return undefined;
  const plain = text.replaceAll(/[OIL]/g, (letter) => READ_AS[letter]!);
  const values = Array.from(plain, (symbol) => SYMBOLS.indexOf(symbol));
  if (values.includes(-1) || remainder(values) !== 0) return undefined;
  const index = numberOf(values.slice(0, INDEX_SYMBOLS));
  return { plain, index, seal: numberOf(values.slice(INDEX_SYMBOLS, -1)) };
}

/** As it is handed out: in groups, which are easier to copy. */
export function shownCode(prefix: string, body: string): string {
  const groups = prefix === '' ? [] : [prefix];
  for (let at = 0; at < body.length; at += GROUP_LENGTH) {
    groups.push(body.slice(at, at + GROUP_LENGTH));
  }
  return groups.join('-');
}

function digits(value: number, count: number): number[] {
  const found = new Array<number>(count);
  let rest = value;
  for (let at = count - 1; at >= 0; at -= 1) {
    found[at] = rest % 32;
    rest = Math.floor(rest / 32);
  }
  return found;
}

function numberOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum * 32 + value, 0);
}

/**
 * The symbols as a polynomial over GF(32) at a root of x^5 + x^2 + 1. Each position has a factor of its
 * own up to 31 symbols, so one wrong symbol always shows, and so do two that changed places.
 */
function remainder(values: readonly number[]): number {
  return values.reduce((sum, value) => timesAlpha(sum) ^ value, 0);
}

function timesAlpha(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}
