import { newSendReference } from '../domain/verification-id.js';
import type { Channel, Verification } from '../domain/verification.js';
import { AppError } from '../errors/app-error.js';
import { parsePhoneNumber } from '../domain/phone-number.js';
import type { Logger } from '../observability/logger.js';
import { dispatch } from './dispatch.js';
import { verificationFields } from './log-fields.js';
import type { NumberPolicy } from './number-policy.js';
import { notOpen, refusedByLimit, startFailed } from './otp.refusals.js';
import type { TimelineService, TimelineEntry } from './timeline.service.js';
import type { ProviderSelector } from './verification/selector.js';
import type { VerificationProvider } from './verification/verification-provider.js';
import type { VerificationAttemptService } from './verification-attempt.service.js';
import type { VerificationRecordService } from './verification-record.service.js';

export interface HeldVerification {
  verification: Verification;
  timeline: TimelineEntry[];
}

export interface VerificationDependencies {
  records: VerificationRecordService;
  attempts: VerificationAttemptService;
  timelines: TimelineService;
  providers: ProviderSelector;
  numbers: NumberPolicy;
  logger: Logger;
  rules: { ttlSeconds: number; providerTimeoutMs: number };
}

/** What the holder of a verification can do with it besides checking a code. */
export class VerificationService {
  constructor(private readonly deps: VerificationDependencies) {}

  /** @throws AppError `verification_not_found` */
  async find(id: string): Promise<HeldVerification> {
    const verification = await this.deps.records.find(id);
    if (!verification) throw new AppError('verification_not_found');
    return { verification, timeline: await this.deps.timelines.of(id) };
  }

  /** Ends it, so that no code of it is good any more. Doing it twice is doing it once. */
  async cancel(id: string): Promise<HeldVerification> {
    const { records, attempts, logger } = this.deps;
    if (await records.cancel(id)) {
      logger.info('otp.cancelled', { verificationId: id });
      return this.find(id);
    }
    const why = await attempts.explain(id);
    if (why.reason === 'cancelled') return this.find(id);
    throw notOpen(why);
  }

  /** Sends a new code, which replaces the old one. Attempts already spent stay spent. */
  async resend(
    id: string,
    channel: Channel | undefined,
    idempotencyKey: string | null,
  ): Promise<Verification> {
    const { records, attempts, providers, numbers, logger } = this.deps;
    const held = await records.find(id);
    if (!held) throw new AppError('verification_not_found');
    this.requireReachable(held, channel ?? held.channel);
    const candidates = providers.candidates(held, channel ?? held.channel);
    const resend = {
      sendReference: newSendReference(),
      provider: candidates[0].name,
      channel: channel ?? held.channel,
    };
    const begun = await records.beginResend(held, resend, idempotencyKey);
    if (!begun) throw await this.cannotResend(id);
    if ('by' in begun) {
      const number = { e164: held.phoneNumber, country: held.country };
      throw numbers.logRefused(number, refusedByLimit(begun));
    }
    logger.info('otp.resend_requested', verificationFields(begun));
    const resent = await this.send(candidates, begun);
    if (!resent) throw notOpen(await attempts.explain(id));
    return resent;
  }

  private async send(
    candidates: readonly VerificationProvider[],
    resending: Verification,
  ): Promise<Verification | undefined> {
    const { records, logger, rules } = this.deps;
    const { subject, outcome } = await dispatch(resending, {
      ...{ candidates, logger, ttlSeconds: rules.ttlSeconds, timeoutMs: rules.providerTimeoutMs },
      handOn: (from, to) => records.failOverResend(from, to),
    });
    if (outcome.kind === 'sent') {
      const resent = await records.markResent(subject, outcome.facts);
      return resent && { ...resent, device: outcome.facts.device ?? null };
    }
    const { error } = outcome;
    if (outcome.kind === 'unknown') await records.markResent(subject, undefined);
    else await records.markResendFailed(subject, error.kind, error.didNothing);
    throw startFailed(error, subject.id);
  }

  /** Another resend that is just on its way is the same as one a moment ago. */
  private async cannotResend(id: string): Promise<AppError> {
    // In this order: what ends in between is then explained as ended, and not as short of attempts.
    const found = await this.deps.records.find(id);
    const open = found?.status === 'pending' && found.attempts < found.maxAttempts;
    const why = await this.deps.attempts.explain(id, !open);
    return open && why.reason === 'exhausted'
      ? new AppError('cooldown', { extras: { retryAfter: why.retryAfter } })
      : notOpen(why);
  }

  private requireReachable(held: Verification, channel: Channel): void {
    const number = parsePhoneNumber(held.phoneNumber);
    if (number) this.deps.numbers.requireServed(number, channel);
  }
}
