import { pooledRandomBytes } from './random.js';

/** Crockford's base 32, in lower case. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_BYTES = 6;
const ID_RANDOM_BYTES = 17;
const REFERENCE_RANDOM_BYTES = 16;
/** Length of the time prefix: 48 bits of time and two random bits. */
const TIME_CHARACTERS = 10;

/** The format of an id. Other texts are not looked up. */
export const VERIFICATION_ID_PATTERN = /^[0-9a-hjkmnp-tv-z]{37}$/;

/**
 * A new verification id: 37 characters of base 32. The time prefix keeps new rows adjacent in the index; the
 * 136 random bits keep the id secret, because it is the only handle on a verification.
 * @param now milliseconds since 1970 by the database's clock
 */
export function newVerificationId(now: number): string {
  const bytes = Buffer.alloc(TIME_BYTES + ID_RANDOM_BYTES);
  bytes.writeUIntBE(now, 0, TIME_BYTES);
  pooledRandomBytes(ID_RANDOM_BYTES).copy(bytes, TIME_BYTES);
  return toBase32(bytes);
}

/**
 * The smallest text that ids of a time and later can begin with: earlier ids are less, byte by byte.
 * @param time milliseconds since 1970
 */
export function firstIdAt(time: number): string {
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeUIntBE(Math.max(time, 0), 0, TIME_BYTES);
  return toBase32(bytes);
}

/**
 * A new reference of a send or a proof: the time prefix of the verification id, by which the primary key
 * finds the row, then 128 random bits.
 */
export function newReference(verificationId: string): string {
  return (
    verificationId.slice(0, TIME_CHARACTERS) + toBase32(pooledRandomBytes(REFERENCE_RANDOM_BYTES))
  );
}

function toBase32(bytes: Buffer): string {
  let bits = 0;
  let pendingBits = 0;
  let text = '';
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= 5) {
      pendingBits -= 5;
      text += ALPHABET.charAt((bits >> pendingBits) & 31);
    }
    bits &= (1 << pendingBits) - 1;
  }
  return pendingBits > 0 ? text + ALPHABET.charAt((bits << (5 - pendingBits)) & 31) : text;
}
