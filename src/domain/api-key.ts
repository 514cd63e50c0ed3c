import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { pooledRandomBytes } from './random.js';

export const API_KEY_KINDS = ['secret', 'publishable', 'operator'] as const;
export type ApiKeyKind = (typeof API_KEY_KINDS)[number];

/** Carries the key beside an access token, which has `Authorization`. */
export const KEY_HEADER = 'Proofline-Key';

const PREFIXES: Readonly<Record<ApiKeyKind, string>> = {
  secret: 'pl_sk_',
  publishable: 'pl_pk_',
  operator: 'pl_op_',
};

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const ID_LENGTH = 16;
const SECRET_BYTES = 32;
/** 256 bits in base 62. */
const SECRET_LENGTH = 43;
/** 32 bits in base 62. */
const CHECKSUM_LENGTH = 6;

export const API_KEY_ID = new RegExp(`^pl_(sk|pk|op)_[0-9A-Za-z]{${ID_LENGTH}}$`);
const API_KEY = new RegExp(
  `^pl_(sk|pk|op)_[0-9A-Za-z]{${ID_LENGTH}}_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`,
);

/** The parts of a key by which it is stored and looked up. */
export interface ApiKeyParts {
  /** With the prefix of the kind, such as `pl_sk_4fT…`. Not secret. */
  id: string;
  kind: ApiKeyKind;
  /** SHA-256 of the whole key. 256 random bits need no pepper. */
  hash: Buffer;
  lastFour: string;
}

/** Whether a text claims to be a key. Access tokens and proofs never begin like this. */
export const isKeyLike = (text: string): boolean => text.startsWith('pl_');

/** A new key: `<prefix><id>_<256 random bits><checksum>`, all in base 62. */
export function newApiKey(kind: ApiKeyKind): string {
  const id = `${PREFIXES[kind]}${randomText(ID_LENGTH)}`;
  const secret = BigInt(`0x${pooledRandomBytes(SECRET_BYTES).toString('hex')}`);
  const unsigned = `${id}_${inBase62(secret, SECRET_LENGTH)}`;
  return unsigned + checksumOf(unsigned);
}

/**
 * The parts of a key; undefined for a typing error. The checksum, CRC-32 in base 62 over everything before it,
 * finds every single wrong character, so what passes was issued somewhere or made up on purpose.
 */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  if (!API_KEY.test(text)) return undefined;
  const unsigned = text.slice(0, -CHECKSUM_LENGTH);
  if (text.slice(-CHECKSUM_LENGTH) !== checksumOf(unsigned)) return undefined;
  const id = text.slice(0, text.lastIndexOf('_'));
  const kind = kindOfKeyId(id);
  const hash = createHash('sha256').update(text).digest();
  return kind && { id, kind, hash, lastFour: text.slice(-4) };
}

/** The kind of the key with this id; undefined if no id begins like this. */
export function kindOfKeyId(id: string): ApiKeyKind | undefined {
  return API_KEY_KINDS.find((kind) => id.startsWith(PREFIXES[kind]));
}

/** Random characters of base 62. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    // Skips the values that would make some characters more likely than others.
    const unbiased = pooledRandomBytes(length).filter((byte) => byte < 4 * ALPHABET.length);
    for (const byte of unbiased) text += ALPHABET.charAt(byte % ALPHABET.length);
  }
  return text.slice(0, length);
}

function checksumOf(text: string): string {
  return inBase62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function inBase62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= BASE) {
    text = ALPHABET.charAt(Number(rest % BASE)) + text;
  }
  return text.padStart(length, '0');
}
