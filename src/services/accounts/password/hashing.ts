import { hash, verify } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { Bulkhead, BulkheadFullError } from '../../../clients/bulkhead.js';
import { AppError } from '../../../errors/app-error.js';

/** OWASP Password Storage, argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const BCRYPT_BYTES = 72;
const AT_ONCE = 4;
const WAITING = 20;

/**
 * Hashes and compares passwords and backup codes with argon2id, on threads of their own: at most four at once, with
 * twenty waiting. Hashes that were imported in bcrypt's form are compared too.
 */
export class Hasher {
  private readonly places = new Bulkhead(AT_ONCE, WAITING);
  private decoy: Promise<string> | undefined;

  /** @throws AppError `service_unavailable` when too many are waiting */
  hash(secret: string): Promise<string> {
    return this.inPlace(() => hash(canonical(secret), ARGON2ID));
  }

  /**
   * Whether the secret is the one of this hash. Without a hash it is not, which takes just as long to find out.
   * @throws AppError `service_unavailable` when too many are waiting
   */
  async matches(kept: string | undefined, secret: string): Promise<boolean> {
    if (kept === undefined) {
      const decoy = await this.decoyHash();
      await this.inPlace(() => verify(decoy, canonical(secret)));
      return false;
    }
    return this.inPlace(() =>
      isBcrypt(kept) ? verifyBcrypt(secret, kept) : verify(kept, canonical(secret)),
    );
  }

  /** Makes what a comparison without a hash compares with, so that the first one is not slower than the others. */
  async warmUp(): Promise<void> {
    await this.decoyHash();
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= hash('nobody has this password', ARGON2ID);
    return this.decoy;
  }

  private async inPlace<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.places.run(work);
    } catch (error) {
      if (!(error instanceof BulkheadFullError)) throw error;
      throw new AppError('service_unavailable', { extras: { retryAfter: 1 }, cause: error });
    }
  }
}

/** Whether this is the refusal of a {@link Hasher} that had too many waiting and did nothing. */
export function isHasherOverloaded(error: unknown): boolean {
  return error instanceof AppError && error.cause instanceof BulkheadFullError;
}

/**
 * Whether a new hash of what was typed may take the place of this one. bcrypt looks at 72 bytes: from there on it cannot
 * tell that what was typed is the password.
 */
export function shouldRehash(kept: string, typed: string): boolean {
  return isOutdated(kept) && !(isBcrypt(kept) && Buffer.byteLength(typed) >= BCRYPT_BYTES);
}

/** Whether a new hash should take the place of this one: it is of another kind, or cheaper than ours are now. */
export function isOutdated(kept: string): boolean {
  const found = /^\$argon2id\$v=19\$m=([0-9]+),t=([0-9]+),p=[0-9]+\$/.exec(kept);
  if (!found) return true;
  return Number(found[1]) < ARGON2ID.memoryCost || Number(found[2]) < ARGON2ID.timeCost;
}

/** One spelling of what looks and is typed the same (NIST SP 800-63B, section 3.1.1.2). */
function canonical(secret: string): string {
  return secret.normalize('NFC');
}

function isBcrypt(kept: string): boolean {
  return /^\$2[aby]\$/.test(kept);
}
