import type { Scope } from '../../domain/scope.js';
import type {
  DenialReason,
  TakenVerification,
  VerificationFacts,
} from '../../domain/verification.js';
import type { AppError } from '../../errors/app-error.js';
import { ProviderError } from '../../errors/provider-error.js';
import type { Logger } from '../../observability/logger.js';
import { providerFields, verificationFields } from '../../observability/verification-fields.js';
import type { CheckOutcome, VerificationProvider } from '../providers/provider.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type {
  SuccessRecord,
  VerificationAttemptService,
} from '../verifications/attempts.service.js';
import type { LostChecks } from './lost-checks.js';
import { refusedByLimit } from '../limits/refusals.js';
import { checkFailed, denied, notOpen } from './refusals.js';

/** A check that succeeded. */
export interface Approved {
  verification: VerificationFacts;
  verifiedAt: Date;
}

export interface CheckCodeDependencies {
  attempts: VerificationAttemptService;
  providers: ProviderRegistry;
  lostChecks: LostChecks;
  logger: Logger;
}

/** Checks a code in two steps: an attempt is spent, then the code is compared. */
export class CheckCode {
  constructor(private readonly deps: CheckCodeDependencies) {}

  /** Spends one of the holder's attempts. @throws AppError when none is left, or a limit refuses */
  async take(id: string, scope: Scope): Promise<TakenVerification> {
    const { attempts, logger } = this.deps;
    const taken = await attempts.take(id, scope);
    if ('reason' in taken) {
      logger.info('otp.refused', { verificationId: id, outcome: taken.reason });
      throw notOpen(taken);
    }
    if ('by' in taken) {
      logger.info('otp.refused', { verificationId: id, outcome: 'limit', limit: taken.by });
      throw refusedByLimit(taken);
    }
    return taken;
  }

  /**
   * Compares a code for which an attempt was taken.
   * @param success recorded with a success
   * @throws AppError unless the code is right
   */
  async compare(taken: TakenVerification, code: string, success: SuccessRecord): Promise<Approved> {
    const { attempts, logger } = this.deps;
    const outcome = await this.judge(taken, code);
    if (!outcome.approved) {
      await attempts.recordDenied(taken.id, outcome.reason);
      const fields = { ...verificationFields(taken), outcome: outcome.reason };
      logger.info('otp.denied', { ...fields, attempts: taken.attempts });
      this.logIfExhausted(taken, outcome.reason);
      throw await this.denial(taken, outcome.reason);
    }
    const verifiedAt = await this.markVerified(taken, code, success);
    if (!verifiedAt) throw notOpen(await attempts.explain(taken.id));
    logger.info('otp.verified', verificationFields(taken));
    return { verification: taken, verifiedAt };
  }

  private async markVerified(
    taken: TakenVerification,
    code: string,
    success: SuccessRecord,
  ): Promise<Date | undefined> {
    const { attempts, providers, lostChecks } = this.deps;
    try {
      return await attempts.markVerified(taken, success);
    } catch (error) {
      void lostChecks.recordWhenPossible(providers.find(taken.provider), taken, code);
      throw error;
    }
  }

  /** The provider forgets a code after a success, so a concurrent success is reported as such. */
  private async denial(taken: TakenVerification, reason: DenialReason): Promise<AppError> {
    if (reason === 'wrong_code') return denied(reason, taken);
    const now = await this.deps.attempts.explain(taken.id);
    return now.reason === 'verified' ? notOpen(now) : denied(reason, taken);
  }

  private async judge(taken: TakenVerification, code: string): Promise<CheckOutcome> {
    const { attempts, providers, lostChecks, logger } = this.deps;
    const provider = providers.find(taken.provider);
    try {
      if (!provider) throw new ProviderError(taken.provider, 'unreachable');
      const outcome = await provider.check(taken, code);
      if (outcome.approved || outcome.reason === 'wrong_code') return outcome;
      const approved = await lostChecks.wasApproved(provider, taken, code, 'earlier');
      return approved ? { approved } : outcome;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      logger.warn('otp.check_failed', { ...verificationFields(taken), ...providerFields(error) });
      if (!error.didNothing) return this.settleLost(taken, code, provider, error);
      await attempts.recordCheckFailed(taken.id, error.kind);
      await attempts.giveBack(taken);
      throw checkFailed(error, taken.id);
    }
  }

  /** The provider may have compared the code, so the attempt stays spent. */
  private async settleLost(
    taken: TakenVerification,
    code: string,
    provider: VerificationProvider | undefined,
    error: ProviderError,
  ): Promise<CheckOutcome> {
    const { lostChecks } = this.deps;
    if (provider && (await lostChecks.wasApproved(provider, taken, code, 'current'))) {
      return { approved: true };
    }
    await lostChecks.record(taken, code, error.kind);
    this.logIfExhausted(taken, error.kind);
    throw checkFailed(error, taken.id);
  }

  private logIfExhausted(taken: TakenVerification, outcome: string): void {
    if (taken.attempts < taken.maxAttempts) return;
    this.deps.logger.warn('otp.exhausted', { ...verificationFields(taken), outcome });
  }
}
