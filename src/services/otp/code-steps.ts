import type { PhoneNumber } from '../../domain/phone-number.js';
import { newSendReference, newVerificationId } from '../../domain/verification-id.js';
import type {
  Binding,
  Channel,
  DenialReason,
  TakenVerification,
  Verification,
} from '../../domain/verification.js';
import type { AppError } from '../../errors/app-error.js';
import { ProviderError } from '../../errors/provider-error.js';
import type { Logger } from '../../observability/logger.js';
import { dispatch } from './dispatch.js';
import { providerFields, verificationFields } from '../../observability/verification-fields.js';
import type { NumberPolicy } from '../limits/number-policy.js';
import { checkFailed, denied, notOpen, refusedByLimit, startFailed } from './refusals.js';
import type { VerificationAttemptService } from '../verifications/attempts.service.js';
import type { VerificationRecordService } from '../verifications/records.service.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { CheckOutcome, VerificationProvider } from '../providers/provider.js';

export interface CodeRequest {
  number: PhoneNumber;
  channel: Channel;
  purpose: string;
  locale?: string | undefined;
  reference?: string | undefined;
  binding?: Binding | undefined;
  /** The login that the code is for, and for nothing else. */
  loginId?: string;
}

/** A check that has succeeded, with the id of the proof that may be signed for it. */
export interface Approved {
  verification: TakenVerification;
  verifiedAt: Date;
}

export interface CodeStepDependencies {
  records: VerificationRecordService;
  attempts: VerificationAttemptService;
  providers: ProviderRegistry;
  numbers: NumberPolicy;
  logger: Logger;
  rules: { ttlSeconds: number; providerTimeoutMs: number };
}

/** The two steps that every flow with a code is made of: one is sent, one is checked. */
export class CodeSteps {
  constructor(private readonly deps: CodeStepDependencies) {}

  /**
   * Sends a code and returns the pending verification. The row is committed before the provider is called,
   * the call happens outside any transaction and is never repeated.
   * @param idempotencyKey hash of the key under which the answer is kept, if any
   */
  async request(request: CodeRequest, idempotencyKey: string | null): Promise<Verification> {
    const { numbers, providers, records, logger } = this.deps;
    const { number, channel, binding } = request;
    numbers.requireServed(number, channel);
    const { e164: phoneNumber, country } = number;
    const candidates = providers.routeFor({ phoneNumber, country }, channel, binding);
    const fresh = {
      id: newVerificationId(),
      phoneNumber,
      country,
      purpose: request.purpose,
      channel,
      locale: request.locale ?? null,
      reference: request.reference ?? null,
      binding: binding ?? null,
      loginId: request.loginId ?? null,
      provider: candidates[0].name,
      sendReference: newSendReference(),
    };
    const opened = await records.open(fresh, idempotencyKey);
    if ('by' in opened) throw numbers.logRefused(number, refusedByLimit(opened));
    logger.info('otp.requested', verificationFields(opened));
    return this.send(candidates, opened);
  }

  /** Spends one of the holder's attempts. @throws AppError when there is none, or a limit says no */
  async take(id: string): Promise<TakenVerification> {
    const { attempts, logger } = this.deps;
    const taken = await attempts.take(id);
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
   * Has a code compared for which an attempt was taken.
   * @param proofId of the proof that will be signed for the success, if any
   * @throws AppError for whatever else than a success
   */
  async check(
    taken: TakenVerification,
    code: string,
    byPhone: boolean,
    proofId: string | null,
  ): Promise<Approved> {
    const { attempts, logger } = this.deps;
    const outcome = await this.ask(taken, code, byPhone);
    if (!outcome.approved) {
      await attempts.recordDenied(taken.id, outcome.reason);
      const fields = { ...verificationFields(taken), outcome: outcome.reason };
      logger.info('otp.denied', { ...fields, attempts: taken.attempts });
      if (taken.attempts >= taken.maxAttempts) logger.warn('otp.exhausted', fields);
      throw await this.denial(taken, outcome.reason);
    }
    const verifiedAt = await attempts.markVerified(taken, byPhone, proofId);
    if (!verifiedAt) throw notOpen(await attempts.explain(taken.id));
    logger.info('otp.verified', verificationFields(taken));
    return { verification: taken, verifiedAt };
  }

  private async send(
    candidates: readonly VerificationProvider[],
    opened: Verification,
  ): Promise<Verification> {
    const { records, logger, rules } = this.deps;
    const { subject, outcome } = await dispatch(opened, {
      ...{ candidates, logger, ttlSeconds: rules.ttlSeconds, timeoutMs: rules.providerTimeoutMs },
      handOn: (from, to) => records.failOver(from, to),
    });
    if (outcome.kind === 'sent') {
      const { facts } = outcome;
      const sent = (await records.markSent(subject, facts)) ?? subject;
      return { ...sent, device: facts.device ?? null };
    }
    const { error } = outcome;
    if (outcome.kind === 'unknown') await records.markOutcomeUnknown(subject.id);
    else await records.markFailed(subject, error.kind, error.didNothing);
    throw startFailed(error, subject.id);
  }

  /** A provider that knows nothing of a code any more may say so because another check has just succeeded. */
  private async denial(taken: TakenVerification, reason: DenialReason): Promise<AppError> {
    if (reason === 'wrong_code') return denied(reason, taken);
    const now = await this.deps.attempts.explain(taken.id);
    return now.reason === 'verified' ? notOpen(now) : denied(reason, taken);
  }

  private async ask(
    taken: TakenVerification,
    code: string,
    byPhone: boolean,
  ): Promise<CheckOutcome> {
    const { attempts, providers, logger } = this.deps;
    try {
      const provider = providers.find(taken.provider);
      if (!provider) throw new ProviderError(taken.provider, 'unreachable');
      return await provider.check(taken, code);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      logger.warn('otp.check_failed', { ...verificationFields(taken), ...providerFields(error) });
      await attempts.recordCheckFailed(taken.id, error.kind);
      if (error.didNothing) await attempts.giveBack(taken.id, byPhone);
      throw checkFailed(error, taken.id);
    }
  }
}
