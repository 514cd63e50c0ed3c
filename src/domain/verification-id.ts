import { freshBytes } from './random.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_BYTES = 6;
const RANDOM_BYTES = 17;

/** What an id looks like; anything else is not looked up. */
export const VERIFICATION_ID_PATTERN = /^[0-9a-hjkmnp-tv-z]{37}$/;

/**
 * A new verification id: 37 characters of Crockford's base 32. 48 bits of time first, so that new rows
 * land side by side in the index, then 136 random bits: the id is the only handle on a verification.
 */
export function newVerificationId(now: number = Date.now()): string {
  const bytes = Buffer.alloc(TIME_BYTES + RANDOM_BYTES);
  bytes.writeUIntBE(now, 0, TIME_BYTES);
  freshBytes(RANDOM_BYTES).copy(bytes, TIME_BYTES);
  return toBase32(bytes);
}

/** An unguessable reference of one send, for the provider's books: 128 random bits. */
export function newSendReference(): string {
  return toBase32(freshBytes(16));
}

function toBase32(bytes: Buffer): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += ALPHABET.charAt((bits >> held) & 31);
    }
    bits &= (1 << held) - 1;
  }
  return held > 0 ? text + ALPHABET.charAt((bits << (5 - held)) & 31) : text;
}
