import type { Scope } from '../../domain/scope.js';
import type { Verification } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';
import { notOpen } from './refusals.js';
import type { Resend, ResendRequest } from './resend.js';
import type { TimelineService, TimelineEntry } from '../verifications/timeline.service.js';
import type { VerificationAttemptService } from '../verifications/attempts.service.js';
import type { VerificationRecordService } from '../verifications/records.service.js';

export interface HeldVerification {
  verification: Verification;
  timeline: TimelineEntry[];
}

export interface VerificationDependencies {
  records: VerificationRecordService;
  attempts: VerificationAttemptService;
  timelines: TimelineService;
  resend: Resend;
  logger: Logger;
}

/**
 * Operations for the holder of a verification, besides checking a code. Those of other applications are not
 * found.
 */
export class VerificationService {
  constructor(private readonly deps: VerificationDependencies) {}

  /** @throws AppError `verification_not_found` */
  async find(id: string, { applicationId }: Scope): Promise<HeldVerification> {
    const verification = await this.deps.records.find(id, applicationId);
    if (!verification) throw new AppError('verification_not_found');
    return { verification, timeline: await this.deps.timelines.of(id) };
  }

  /** Cancels the verification, which invalidates its code. Idempotent. */
  async cancel(id: string, scope: Scope): Promise<HeldVerification> {
    const { records, attempts, logger } = this.deps;
    if (await records.cancel(id, scope.applicationId)) {
      logger.info('otp.cancelled', { verificationId: id });
      return this.find(id, scope);
    }
    const why = await attempts.explain(id, scope);
    if (why.reason === 'cancelled') return this.find(id, scope);
    throw notOpen(why);
  }

  /** Sends a new code, which replaces the old one. Spent attempts stay spent. */
  resend(
    id: string,
    asked: ResendRequest,
    scope: Scope,
    idempotencyKey: string | null,
  ): Promise<Verification> {
    return this.deps.resend.run(id, asked, scope, idempotencyKey);
  }
}
