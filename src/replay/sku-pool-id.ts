// The pool of a stock code, and back. Pool ids allow `A-Z a-z 0-9 . _ : @ -`; every other byte of
// the code's UTF-8, and `@` itself, becomes `@` and two hexadecimal digits: `BANK CHARGES` is the
// pool `BANK@20CHARGES`. Codes that differ in case alone stay different pools, as they are different
// codes in the file. No two codes may ever share a pool.

const POOL_ID_MAX = 128;
const PLAIN = /^[A-Za-z0-9._:-]{1,128}$/;
const PLAIN_BYTE = /[A-Za-z0-9._:-]/;
const ESCAPED = /@([0-9A-F]{2})/g;

/** The pool of a stock code, or undefined when the code is too long for one (or empty). */
export function poolOfSku(sku: string): string | undefined {
  if (PLAIN.test(sku)) return sku;
  if (!sku.isWellFormed()) return undefined;
  let pool = '';
  for (const byte of Buffer.from(sku, 'utf8')) {
    const character = String.fromCharCode(byte);
    pool += PLAIN_BYTE.test(character)
      ? character
      : `@${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return pool.length >= 1 && pool.length <= POOL_ID_MAX ? pool : undefined;
}

/** The stock code that a pool stands for. */
export function skuOfPool(pool: string): string {
  const bytes = pool.replace(ESCAPED, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
