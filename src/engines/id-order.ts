// The place of an id among others as two numbers, so that ids are compared without being read.

const UUID_LENGTH = 36;
const DASH = 45;
const SEVEN = 55;

/** Says nothing: compare the ids themselves. */
export const UNKNOWN = -1;
/** Seven ASCII characters make 49 bits. */
const PACKED = 7;
const OTHER_FIRST = -(2 ** 50);

/**
 * The first 48 bits of a UUID of version 7 (RFC 9562), its time; a number far below 0 that sorts as the
 * first characters of another id do; UNKNOWN for one that is not ASCII. Compare only like with like.
 */
export function idTime(id: string): number {
  if (isUuid7(id)) {
    const time = hexAt(id, 0, 8) * 0x1_0000 + hexAt(id, 9, 13);
    // NaN for what is no hexadecimal number in lower case.
    if (time >= 0) return time;
  }
  const packed = packedAt(id, 0);
  return packed < 0 ? UNKNOWN : OTHER_FIRST + packed;
}

/** What ids of one `time` sort by: the next 52 bits of a UUID, the next characters of another id. */
export function idWithinTime(id: string, time: number): number {
  if (time < 0) return packedAt(id, PACKED);
  const high = hexAt(id, 15, 18) * 0x1_0000 + hexAt(id, 19, 23);
  const order = high * 0x100_0000 + hexAt(id, 24, 30);
  return order >= 0 ? order : -1;
}

function isUuid7(id: string): boolean {
  if (id.length !== UUID_LENGTH || id.charCodeAt(14) !== SEVEN) return false;
  return (
    id.charCodeAt(8) === DASH &&
    id.charCodeAt(13) === DASH &&
    id.charCodeAt(18) === DASH &&
    id.charCodeAt(23) === DASH
  );
}

/** Seven characters as one number; an end sorts before any character. -1 for what is not ASCII. */
function packedAt(id: string, start: number): number {
  let value = 0;
  for (let index = start; index < start + PACKED; index += 1) {
    const code = index < id.length ? id.charCodeAt(index) : 0;
    if (code > 127) return UNKNOWN;
    value = value * 128 + code;
  }
  return value;
}

function hexAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) value = value * 16 + code - 48;
    else if (code >= 97 && code <= 102) value = value * 16 + code - 87;
    else return Number.NaN;
  }
  return value;
}
