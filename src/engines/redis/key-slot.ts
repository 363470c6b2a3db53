// Which of the 16,384 slots of a Redis Cluster keeps a key: CRC-16 (XMODEM) of what is hashed of it, modulo their
// number (Redis Cluster specification, "Key distribution model"). Knows no masters.

export const KEY_SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/** Of the text between the braces of a key, or of a whole key that has none. */
export function keySlot(hashed: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 0x8000 ? ((crc << 1) ^ POLYNOMIAL) & 0xffff : crc << 1;
    }
  }
  return crc % KEY_SLOTS;
}
