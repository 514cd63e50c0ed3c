import { hash, verify } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { Bulkhead, BulkheadFullError } from '../../../clients/bulkhead.js';
import { AppError } from '../../../errors/app-error.js';

/** OWASP Password Storage, argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const BCRYPT_MAX_BYTES = 72;
const MAX_RUNNING = 4;
const MAX_WAITING = 20;

/**
 * Hashes and compares passwords and backup codes with argon2id, off the event loop: four run, twenty wait.
 * Also compares imported bcrypt hashes.
 */
export class Hasher {
  private readonly bulkhead = new Bulkhead(MAX_RUNNING, MAX_WAITING);
  private decoy: Promise<string> | undefined;

  /** @throws AppError `service_unavailable` when the queue is full */
  hash(secret: string): Promise<string> {
    return this.runLimited(() => hash(canonical(secret), ARGON2ID));
  }

  /**
   * Whether the secret matches the hash. Without a hash the answer is false and takes as long.
   * @throws AppError `service_unavailable` when the queue is full
   */
  async matches(kept: string | undefined, secret: string): Promise<boolean> {
    if (kept === undefined) {
      const decoy = await this.decoyHash();
      await this.runLimited(() => verify(decoy, canonical(secret)));
      return false;
    }
    return this.runLimited(() =>
      isBcrypt(kept) ? verifyBcrypt(secret, kept) : verify(kept, canonical(secret)),
    );
  }

  /** Prepares the decoy hash, so that the first comparison without a hash is not slower. */
  async warmUp(): Promise<void> {
    await this.decoyHash();
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= hash('nobody has this password', ARGON2ID);
    return this.decoy;
  }

  private async runLimited<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.bulkhead.run(work);
    } catch (error) {
      if (!(error instanceof BulkheadFullError)) throw error;
      throw new AppError('service_unavailable', { extras: { retryAfter: 1 }, cause: error });
    }
  }
}

/** Whether a {@link Hasher} refused the work because its queue was full. */
export function isHasherOverloaded(error: unknown): boolean {
  return error instanceof AppError && error.cause instanceof BulkheadFullError;
}

/**
 * Whether to replace the hash with one of the typed password. bcrypt ignores bytes after the 72nd, so a
 * longer input may not be the password.
 */
export function shouldRehash(kept: string, typed: string): boolean {
  return isOutdated(kept) && !(isBcrypt(kept) && Buffer.byteLength(typed) >= BCRYPT_MAX_BYTES);
}

/** Whether the hash is not argon2id, or is weaker than our current parameters. */
export function isOutdated(kept: string): boolean {
  const found = /^\$argon2id\$v=19\$m=([0-9]+),t=([0-9]+),p=[0-9]+\$/.exec(kept);
  if (!found) return true;
  return Number(found[1]) < ARGON2ID.memoryCost || Number(found[2]) < ARGON2ID.timeCost;
}

/** Unicode normalization of a secret (NIST SP 800-63B, section 3.1.1.2). */
function canonical(secret: string): string {
  return secret.normalize('NFC');
}

function isBcrypt(kept: string): boolean {
  return /^\$2[aby]\$/.test(kept);
}
