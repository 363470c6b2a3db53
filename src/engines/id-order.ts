// The place of an id among others as two numbers, so that ids are compared without being read.

const UUID_LENGTH = 36;
const DASH = 45;
const SEVEN = 55;

/** The first 48 bits of a UUID of version 7 (RFC 9562), its time; -1 for any other id. */
export function idTime(id: string): number {
  if (id.length !== UUID_LENGTH || id.charCodeAt(14) !== SEVEN) return -1;
  if (id.charCodeAt(8) !== DASH || id.charCodeAt(13) !== DASH) return -1;
  if (id.charCodeAt(18) !== DASH || id.charCodeAt(23) !== DASH) return -1;
  const time = hexAt(id, 0, 8) * 0x1_0000 + hexAt(id, 9, 13);
  // NaN for what is no hexadecimal number in lower case.
  return time >= 0 ? time : -1;
}

/** The next 52 bits of a UUID of version 7: what ids of one time sort by. */
export function idWithinTime(id: string): number {
  const high = hexAt(id, 15, 18) * 0x1_0000 + hexAt(id, 19, 23);
  const order = high * 0x100_0000 + hexAt(id, 24, 30);
  return order >= 0 ? order : -1;
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
