import { parsePhoneNumber, canReceive, maskPhoneNumber, type PhoneNumber } from '../domain/phone-number.js';
import { newSendReference, newVerificationId } from '../domain/verification-id.js';
import type { Channel, Verification } from '../domain/verification.js';
import { AppError } from '../errors/app-error.js';
import { ProviderError } from '../errors/provider-error.js';
import type { Logger } from '../observability/logger.js';
import type { VerifyOtpBody } from '../schemas/otp.schema.js';
import { denied, refusedAttempt, refusedSend, startFailed, checkFailed } from './otp.refusals.js';
import type { ProofService, SignedProof } from './proof.service.js';
import type { ProviderSelector } from './verification/selector.js';
import type { VerificationProvider } from './verification/verification-provider.js';
import type { VerificationRecordService } from './verification-record.service.js';

export interface OtpRules {
  countries: ReadonlySet<string> | '*';
  allowVoip: boolean;
  verifyByPhone: boolean;
}

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
  providers: ProviderSelector;
  proofs: ProofService;
  logger: Logger;
  rules: OtpRules;
}

/** The two flows: send a code, check a code. */
export class OtpService {
  constructor(private readonly deps: OtpDependencies) {}

  /**
   * Sends a code and returns the pending verification. The row is committed before the provider is called,
   * the call happens outside any transaction and is never repeated.
   */
  async request(request: OtpRequest): Promise<Verification> {
    const number = this.readNumber(request.phoneNumber, request.country);
    this.requireServed(number, request.channel);
    const provider = this.deps.providers.select(request.channel);
    const opened = await this.deps.records.open({
      id: newVerificationId(),
      phoneNumber: number.e164,
      country: number.country,
      purpose: request.purpose,
      channel: request.channel,
      locale: request.locale ?? null,
      reference: request.reference ?? null,
      provider: provider.name,
      sendReference: newSendReference(),
    });
    if ('by' in opened) throw this.logRefusedSend(number, refusedSend(opened));
    return this.send(provider, opened);
  }

  /** Checks a code. The attempt is spent before anybody compares anything. */
  async verify(body: VerifyOtpBody): Promise<VerifiedOtp> {
    if ('verificationId' in body) return this.verifyById(body.verificationId, body.code);
    if (!this.deps.rules.verifyByPhone) {
      const errors = [{ pointer: '/verificationId', message: 'is required' }];
      throw new AppError('invalid_request', { extras: { errors } });
    }
    const number = this.readNumber(body.phoneNumber, body.country);
    return this.verifyByPhone(number.e164, body.purpose, body.code);
  }

  private async send(provider: VerificationProvider, opened: Verification): Promise<Verification> {
    const { records, logger } = this.deps;
    const fields = logFields(opened);
    logger.info('otp.requested', fields);
    try {
      const { phoneNumber, channel, locale, sendReference, expiresAt, createdAt } = opened;
      const ttlSeconds = Math.round((expiresAt.getTime() - createdAt.getTime()) / 1000);
      const facts = await provider.start({ phoneNumber, channel, locale, sendReference, ttlSeconds });
      logger.info('otp.sent', fields);
      return (await records.markSent(opened.id, facts)) ?? opened;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      logger.warn('otp.send_failed', { ...fields, ...providerFields(error) });
      if (error.kind === 'timeout-unknown') await records.markOutcomeUnknown(opened.id);
      else await records.markFailed(opened.id, error.kind, error.didNothing);
      throw startFailed(error, opened.id);
    }
  }

  private async verifyById(id: string, code: string): Promise<VerifiedOtp> {
    const taken = await this.deps.records.takeAttempt(id);
    if ('reason' in taken) {
      this.deps.logger.info('otp.refused', { verificationId: id, outcome: taken.reason });
      throw refusedAttempt(taken);
    }
    return this.check(taken, code, false);
  }

  /** Every failure is the same answer: nobody learns whether a code is out. */
  private async verifyByPhone(e164: string, purpose: string, code: string): Promise<VerifiedOtp> {
    const taken = await this.deps.records.takeAttemptByPhone(e164, purpose);
    if (!taken) {
      this.deps.logger.info('otp.refused', { phone: maskPhoneNumber(e164), outcome: 'by_phone' });
      throw new AppError('code_invalid');
    }
    try {
      return await this.check(taken, code, true);
    } catch (error) {
      throw error instanceof AppError ? new AppError('code_invalid', { cause: error }) : error;
    }
  }

  private async check(taken: Verification, code: string, byPhone: boolean): Promise<VerifiedOtp> {
    const outcome = await this.ask(taken, code, byPhone);
    if (!outcome.approved) {
      await this.deps.records.recordDenied(taken.id, outcome.reason);
      this.deps.logger.info('otp.denied', { ...logFields(taken), outcome: outcome.reason });
      throw denied(outcome.reason, taken);
    }
    const proofId = this.deps.proofs.newProofId();
    const verified = await this.deps.records.markVerified(taken.id, proofId);
    if (!verified?.verifiedAt) {
      throw refusedAttempt(await this.deps.records.explainRefusedAttempt(taken.id));
    }
    this.deps.logger.info('otp.verified', logFields(verified));
    const proof = await this.deps.proofs.sign(verified, proofId, verified.verifiedAt);
    return { verification: verified, verifiedAt: verified.verifiedAt, proof };
  }

  private async ask(taken: Verification, code: string, byPhone: boolean) {
    try {
      const provider = this.deps.providers.find(taken.provider);
      if (!provider) throw new ProviderError(taken.provider, 'unreachable');
      return await provider.check(taken, code);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.deps.logger.warn('otp.check_failed', { ...logFields(taken), ...providerFields(error) });
      await this.deps.records.recordCheckFailed(taken.id, error.kind);
      if (error.didNothing) await this.deps.records.returnAttempt(taken.id, byPhone);
      throw checkFailed(error, taken.id);
    }
  }

  private readNumber(text: string, country: string | undefined): PhoneNumber {
    const number = parsePhoneNumber(text, country);
    if (number) return number;
    const errors = [{ pointer: '/phoneNumber', message: 'is not a valid phone number' }];
    throw new AppError('invalid_phone_number', { extras: { errors } });
  }

  private requireServed(number: PhoneNumber, channel: Channel): void {
    const { countries, allowVoip } = this.deps.rules;
    if (countries !== '*' && !countries.has(number.country)) {
      throw this.logRefusedSend(number, new AppError('region_not_allowed'));
    }
    if (!canReceive(number.type, channel, allowVoip)) {
      throw this.logRefusedSend(number, new AppError('number_type_not_allowed'));
    }
  }

  private logRefusedSend(number: PhoneNumber, error: AppError): AppError {
    this.deps.logger.info('otp.send_refused', {
      phone: maskPhoneNumber(number.e164),
      country: number.country,
      errorCode: error.code,
      ...(error.extras.limit !== undefined && { limit: error.extras.limit }),
    });
    return error;
  }
}

function logFields(verification: Verification) {
  return {
    verificationId: verification.id,
    phone: maskPhoneNumber(verification.phoneNumber),
    country: verification.country,
    channel: verification.channel,
    purpose: verification.purpose,
    provider: verification.provider,
  };
}

function providerFields(error: ProviderError) {
  const { httpStatus, providerCode } = error.facts;
  return {
    outcome: error.kind,
    ...(httpStatus !== undefined && { providerStatus: httpStatus }),
    ...(providerCode !== undefined && { providerCode }),
  };
}
