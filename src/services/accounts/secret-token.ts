import { createHash, randomBytes } from 'node:crypto';

/** A token of 256 random bits. The service stores only its hash. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A fast hash is enough for 256 random bits. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
