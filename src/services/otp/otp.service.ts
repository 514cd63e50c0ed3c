import { maskPhoneNumber } from '../../domain/phone-number.js';
import type { Scope } from '../../domain/scope.js';
import type {
  Binding,
  Channel,
  CheckKey,
  TakenVerification,
  Verification,
} from '../../domain/verification.js';
import { newReference } from '../../domain/verification-id.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';
import type { VerifyOtpBody } from '../../schemas/otp.schema.js';
import type { Approved, CheckCode } from './check-code.js';
import type { NumberPolicy } from '../limits/number-policy.js';
import { padToStep } from './pad-to-step.js';
import type { ProofService, SignedProof } from '../proofs/proof.service.js';
import type { SendCode } from './send-code.js';
import type { VerificationAttemptService } from '../verifications/attempts.service.js';

export interface OtpRequest {
  phoneNumber: string;
  country?: string | undefined;
  channel: Channel;
  purpose: string;
  locale?: string | undefined;
  reference?: string | undefined;
  binding?: Binding | undefined;
}

export interface VerifiedOtp extends Approved {
  proof: SignedProof;
}

interface CheckByPhone {
  /** E.164. */
  phoneNumber: string;
  purpose: string;
  code: string;
}

export interface OtpDependencies {
  sendCode: SendCode;
  checkCode: CheckCode;
  attempts: VerificationAttemptService;
  numbers: NumberPolicy;
  proofs: ProofService;
  logger: Logger;
  rules: { verifyByPhone: boolean; verifyByPhoneStepMs: number };
}

/** The two main flows: send a code, check a code. */
export class OtpService {
  constructor(private readonly deps: OtpDependencies) {}

  /**
   * Sends a code and returns the pending verification.
   * @param idempotencyKey hash of the key that stores the response, if any
   */
  request(request: OtpRequest, scope: Scope, idempotencyKey: string | null): Promise<Verification> {
    const { phoneNumber, country, ...rest } = request;
    const number = this.deps.numbers.read(phoneNumber, country);
    return this.deps.sendCode.run({ ...rest, number }, scope, idempotencyKey);
  }

  /**
   * Checks a code. Spends the attempt before it compares the code.
   * @param key recorded with the success, so that a lost answer can be given again
   */
  async verify(body: VerifyOtpBody, scope: Scope, key: CheckKey | null): Promise<VerifiedOtp> {
    if ('verificationId' in body) {
      const taken = await this.deps.checkCode.take(body.verificationId, scope);
      return this.check(taken, body.code, scope, key);
    }
    if (!this.deps.rules.verifyByPhone) {
      const errors = [{ pointer: '/verificationId', message: 'is required' }];
      throw new AppError('invalid_request', { extras: { errors } });
    }
    const number = this.deps.numbers.read(body.phoneNumber, body.country);
    return this.verifyByPhone({ ...body, phoneNumber: number.e164 }, scope, key);
  }

  /** The success of an earlier check, with the same proof. @throws AppError `verification_not_found` */
  async verified(id: string, scope: Scope): Promise<VerifiedOtp> {
    const { attempts, proofs } = this.deps;
    const success = await attempts.findVerified(id, scope.applicationId);
    if (!success) throw new AppError('verification_not_found');
    const { verification, verifiedAt, proofId } = success;
    return {
      verification,
      verifiedAt,
      proof: proofs.sign(verification, proofId, verifiedAt, scope),
    };
  }

  /** Every failure gets the same response in the same time, which hides whether a code is pending. */
  private async verifyByPhone(
    body: CheckByPhone,
    scope: Scope,
    key: CheckKey | null,
  ): Promise<VerifiedOtp> {
    const startedAt = performance.now();
    try {
      return await this.verifyNewest(body, scope, key);
    } catch (error) {
      await padToStep(startedAt, this.deps.rules.verifyByPhoneStepMs);
      throw error instanceof AppError ? new AppError('code_invalid', { cause: error }) : error;
    }
  }

  private async verifyNewest(
    { phoneNumber, purpose, code }: CheckByPhone,
    scope: Scope,
    key: CheckKey | null,
  ): Promise<VerifiedOtp> {
    const { attempts, logger } = this.deps;
    const taken = await attempts.takeByPhone(phoneNumber, purpose, scope.applicationId);
    if (taken) return this.check(taken, code, scope, key);
    logger.info('otp.refused', { phone: maskPhoneNumber(phoneNumber), outcome: 'by_phone' });
    throw new AppError('code_invalid');
  }

  private async check(
    taken: TakenVerification,
    code: string,
    scope: Scope,
    key: CheckKey | null,
  ): Promise<VerifiedOtp> {
    const { checkCode, proofs } = this.deps;
    const proofId = newReference(taken.id);
    const approved = await checkCode.compare(taken, code, { proofId, key });
    const proof = proofs.sign(approved.verification, proofId, approved.verifiedAt, scope);
    return { ...approved, proof };
  }
}
