import { pooledRandomBytes } from './random.js';

/** Crockford's base 32, in lower case. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_BYTES = 6;
const ID_RANDOM_BYTES = 17;
const REFERENCE_RANDOM_BYTES = 16;
/** Of an id: its 48 bits of time, and two random ones. */
const TIME_CHARACTERS = 10;

/** The form of an id; anything else is not looked up. */
export const VERIFICATION_ID_PATTERN = /^[0-9a-hjkmnp-tv-z]{37}$/;

/**
 * A new verification id: 37 characters of base 32. The time comes first, so that new rows are neighbours in
 * the index; then
 * 136 random bits, because the id is the only handle on a verification.
 * @param now milliseconds since 1970 by the database's clock
 */
export function newVerificationId(now: number): string {
  const bytes = Buffer.alloc(TIME_BYTES + ID_RANDOM_BYTES);
  bytes.writeUIntBE(now, 0, TIME_BYTES);
  pooledRandomBytes(ID_RANDOM_BYTES).copy(bytes, TIME_BYTES);
  return toBase32(bytes);
}

/**
 * A new reference that belongs to a verification, for one send or for its proof: the ten time characters of
 * the id, by which the primary key finds the row, then 128 random bits.
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
