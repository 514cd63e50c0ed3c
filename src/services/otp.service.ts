import { maskPhoneNumber } from '../domain/phone-number.js';
import { newSendReference, newVerificationId } from '../domain/verification-id.js';
import type { Channel, DenialReason, Verification } from '../domain/verification.js';
import { AppError } from '../errors/app-error.js';
import { ProviderError } from '../errors/provider-error.js';
import type { Logger } from '../observability/logger.js';
import type { VerifyOtpBody } from '../schemas/otp.schema.js';
import { dispatch } from './dispatch.js';
import { providerFields, verificationFields } from './log-fields.js';
import type { NumberPolicy } from './number-policy.js';
import { checkFailed, denied, notOpen, refusedByLimit, startFailed } from './otp.refusals.js';
import { endOfStep } from './pace.js';
import type { ProofService, SignedProof } from './proof.service.js';
import type { ProviderSelector } from './verification/selector.js';
import type { CheckOutcome, VerificationProvider } from './verification/verification-provider.js';
import type { VerificationAttemptService } from './verification-attempt.service.js';
import type { VerificationRecordService } from './verification-record.service.js';

export interface OtpRequest {
  phoneNumber: string;
  country?: string | undefined;
  channel: Channel;
  purpose: string;
  locale?: string | undefined;
  reference?: string | undefined;
}

export interface VerifiedOtp {
  verification: Verification;
  verifiedAt: Date;
  proof: SignedProof;
}

export interface OtpDependencies {
  records: VerificationRecordService;
  attempts: VerificationAttemptService;
  providers: ProviderSelector;
  numbers: NumberPolicy;
  proofs: ProofService;
  logger: Logger;
  rules: {
    verifyByPhone: boolean;
    verifyByPhoneStepMs: number;
    ttlSeconds: number;
    providerTimeoutMs: number;
  };
}

/** The two main flows: send a code, check a code. */
export class OtpService {
  constructor(private readonly deps: OtpDependencies) {}

  /**
   * Sends a code and returns the pending verification. The row is committed before the provider is called,
   * the call happens outside any transaction and is never repeated.
   * @param idempotencyKey hash of the key under which the answer is kept, if any
   */
  async request(request: OtpRequest, idempotencyKey: string | null): Promise<Verification> {
    const { numbers, providers, records, logger } = this.deps;
    const number = numbers.read(request.phoneNumber, request.country);
    numbers.requireServed(number, request.channel);
    const { e164: phoneNumber, country } = number;
    const candidates = providers.candidates({ phoneNumber, country }, request.channel);
    const fresh = {
      id: newVerificationId(),
      phoneNumber,
      country,
      purpose: request.purpose,
      channel: request.channel,
      locale: request.locale ?? null,
      reference: request.reference ?? null,
      provider: candidates[0].name,
      sendReference: newSendReference(),
    };
    const opened = await records.open(fresh, idempotencyKey);
    if ('by' in opened) throw numbers.logRefused(number, refusedByLimit(opened));
    logger.info('otp.requested', verificationFields(opened));
    return this.send(candidates, opened);
  }

  /** Checks a code. The attempt is spent before anybody compares anything. */
  async verify(body: VerifyOtpBody): Promise<VerifiedOtp> {
    if ('verificationId' in body) return this.verifyById(body.verificationId, body.code);
    if (!this.deps.rules.verifyByPhone) {
      const errors = [{ pointer: '/verificationId', message: 'is required' }];
      throw new AppError('invalid_request', { extras: { errors } });
    }
    const number = this.deps.numbers.read(body.phoneNumber, body.country);
    return this.verifyByPhone(number.e164, body.purpose, body.code);
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
      const sent = (await records.markSent(subject.id, facts)) ?? subject;
      return { ...sent, device: facts.device ?? null };
    }
    const { error } = outcome;
    if (outcome.kind === 'unknown') await records.markOutcomeUnknown(subject.id);
    else await records.markFailed(subject, error.kind, error.didNothing);
    throw startFailed(error, subject.id);
  }

  private async verifyById(id: string, code: string): Promise<VerifiedOtp> {
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
    return this.check(taken, code, false);
  }

  /** Every failure is the same answer, and takes as long: nobody learns whether a code is out. */
  private async verifyByPhone(e164: string, purpose: string, code: string): Promise<VerifiedOtp> {
    const startedAt = performance.now();
    try {
      return await this.verifyNewest(e164, purpose, code);
    } catch (error) {
      await endOfStep(startedAt, this.deps.rules.verifyByPhoneStepMs);
      throw error instanceof AppError ? new AppError('code_invalid', { cause: error }) : error;
    }
  }

  private async verifyNewest(e164: string, purpose: string, code: string): Promise<VerifiedOtp> {
    const taken = await this.deps.attempts.takeByPhone(e164, purpose);
    if (taken) return this.check(taken, code, true);
    this.deps.logger.info('otp.refused', { phone: maskPhoneNumber(e164), outcome: 'by_phone' });
    throw new AppError('code_invalid');
  }

  private async check(taken: Verification, code: string, byPhone: boolean): Promise<VerifiedOtp> {
    const { attempts, proofs, logger } = this.deps;
    const outcome = await this.ask(taken, code, byPhone);
    if (!outcome.approved) {
      await attempts.recordDenied(taken.id, outcome.reason);
      const fields = { ...verificationFields(taken), outcome: outcome.reason };
      logger.info('otp.denied', { ...fields, attempts: taken.attempts });
      if (taken.attempts >= taken.maxAttempts) logger.warn('otp.exhausted', fields);
      throw await this.denial(taken, outcome.reason);
    }
    const proofId = proofs.newProofId();
    const verified = await attempts.markVerified(taken, byPhone, proofId);
    if (!verified?.verifiedAt) throw notOpen(await attempts.explain(taken.id));
    logger.info('otp.verified', verificationFields(verified));
    const proof = await proofs.sign(verified, proofId, verified.verifiedAt);
    return { verification: verified, verifiedAt: verified.verifiedAt, proof };
  }

  /** A provider that knows nothing of a code any more may say so because another check has just succeeded. */
  private async denial(taken: Verification, reason: DenialReason): Promise<AppError> {
    if (reason === 'wrong_code') return denied(reason, taken);
    const now = await this.deps.attempts.explain(taken.id);
    return now.reason === 'verified' ? notOpen(now) : denied(reason, taken);
  }

  private async ask(taken: Verification, code: string, byPhone: boolean): Promise<CheckOutcome> {
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
