import { createHash, randomBytes } from 'node:crypto';

/** A token for a client to keep: 256 random bits, of which we keep the hash only. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** So many random bits need no slow hash. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
