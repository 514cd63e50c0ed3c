import { createHmac, hkdfSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TakenVerification } from '../../domain/verification.js';
import { ProviderError } from '../../errors/provider-error.js';
import type { VerificationProvider } from '../providers/provider.js';
import type { LostCheck, VerificationAttemptService } from '../verifications/attempts.service.js';

const RETRY_MS = 500;
const MAX_RETRIES = 120;

/**
 * Checks whose result was lost: the provider may have approved the code, and approves it only once. The
 * event of such a check has a keyed tag of its code, so that a later check of the same code can be settled
 * by the provider's status.
 */
export class LostChecks {
  private readonly key: Buffer;

  /** @param secret any secret of the service that is not in the database */
  constructor(
    private readonly attempts: VerificationAttemptService,
    secret: string,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'proofline lost check', 32));
  }

  /**
   * Whether the provider has approved this code in a check whose result was lost. Only the holder's checks
   * count, and only if every other attempt has a known result: then nobody else's code was approved.
   * @param lost whose result is lost: that of the current check or of an earlier one
   */
  async wasApproved(
    provider: VerificationProvider,
    taken: TakenVerification,
    code: string,
    lost: LostCheck,
  ): Promise<boolean> {
    if (!canBeSettled(provider, taken)) return false;
    const tag = this.tagOf(taken, code);
    const isOnlyOne = () => this.attempts.isOnlyLostCheck(taken.id, tag, lost);
    try {
      // Again after the status: a check that began meanwhile may be the approved one.
      return (
        (await isOnlyOne()) && (await provider.wasApproved?.(taken)) === true && (await isOnlyOne())
      );
    } catch (error) {
      if (error instanceof ProviderError) return false;
      throw error;
    }
  }

  async record(taken: TakenVerification, code: string, reason: string): Promise<void> {
    await this.attempts.recordCheckFailed(taken.id, reason, this.tagOf(taken, code));
  }

  /** Records an approval that the database did not take, as soon as it answers, if that can settle it. */
  async recordWhenPossible(
    provider: VerificationProvider | undefined,
    taken: TakenVerification,
    code: string,
  ): Promise<void> {
    if (!provider || !canBeSettled(provider, taken)) return;
    for (let i = 0; i < MAX_RETRIES; i += 1) {
      await sleep(RETRY_MS, undefined, { ref: false });
      try {
        await this.record(taken, code, 'not-recorded');
        return;
      } catch {
        // The database is still away. Without the event, the person needs a new code.
      }
    }
  }

  private tagOf({ id, sendReference }: TakenVerification, code: string): string {
    const text = JSON.stringify([id, sendReference, code]);
    return createHmac('sha256', this.key).update(text).digest('base64url').slice(0, 22);
  }
}

/** Only the holder's check can be settled, and only by a provider that can be asked. */
function canBeSettled(provider: VerificationProvider, { takenBy }: TakenVerification): boolean {
  return provider.wasApproved !== undefined && takenBy === 'holder';
}
