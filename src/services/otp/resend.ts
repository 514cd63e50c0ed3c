import type { Scope } from '../../domain/scope.js';
import type { Channel, Verification } from '../../domain/verification.js';
import { newReference } from '../../domain/verification-id.js';
import { AppError } from '../../errors/app-error.js';
import { verificationFields } from '../../observability/verification-fields.js';
import type { VerificationAttemptService } from '../verifications/attempts.service.js';
import { send, type SendRecord } from './dispatch.js';
import { refusedByLimit } from '../limits/refusals.js';
import { notOpen } from './refusals.js';
import type { SendCodeDependencies } from './send-code.js';

export interface ResendDependencies extends SendCodeDependencies {
  attempts: VerificationAttemptService;
}

/** Without a channel or a language, those of the last send apply. */
export interface ResendRequest {
  channel?: Channel | undefined;
  locale?: string | undefined;
}

/** Sends a new code for an open verification. */
export class Resend {
  constructor(private readonly deps: ResendDependencies) {}

  /** The new code replaces the old one. Spent attempts stay spent. */
  async run(
    id: string,
    { channel, locale }: ResendRequest,
    scope: Scope,
    idempotencyKey: string | null,
  ): Promise<Verification> {
    const { records, attempts, providers, numbers, logger } = this.deps;
    const held = await records.find(id, scope.applicationId);
    if (!held) throw new AppError('verification_not_found');
    const newChannel = channel ?? held.channel;
    const { settings, budget } = scope;
    numbers.requireServed(numbers.reread(held.phoneNumber), newChannel, settings);
    const binding = held.binding ?? undefined;
    const candidates = providers.routeFor(held, newChannel, binding, settings.channels);
    const resend = {
      sendReference: newReference(id),
      provider: candidates[0].name,
      channel: newChannel,
      locale: locale ?? held.locale,
      ttlSeconds: settings.codeTtlSeconds,
    };
    const begun = await records.beginResend(held, resend, budget, idempotencyKey);
    if (!begun) throw await this.cannotResend(id, scope);
    if ('by' in begun) {
      const number = { e164: held.phoneNumber, country: held.country };
      throw numbers.logRefused(number, refusedByLimit(begun));
    }
    logger.info('otp.resend_requested', verificationFields(begun));
    const record = this.recordOf(scope);
    const resent = await send(begun, candidates, record, settings, this.deps);
    if (!resent) throw notOpen(await attempts.explain(id, scope));
    return resent;
  }

  /** A resend in progress counts as a message sent just now, so the error is the cool-down. */
  private async cannotResend(id: string, scope: Scope): Promise<AppError> {
    // Read first: a verification that ends in between is then reported as ended, not as exhausted.
    const found = await this.deps.records.find(id, scope.applicationId);
    const open = found?.status === 'pending' && found.attempts < found.maxAttempts;
    const why = await this.deps.attempts.explain(id, scope, !open);
    return open && why.reason === 'exhausted'
      ? new AppError('cooldown', { extras: { retryAfter: why.retryAfter } })
      : notOpen(why);
  }

  private recordOf({ budget, settings }: Scope): SendRecord {
    const { records } = this.deps;
    const ttlSeconds = settings.codeTtlSeconds;
    return {
      failOver: (verification, to) => records.failOverResend(verification, to),
      markSent: (verification, facts) => records.markResent(verification, facts, ttlSeconds),
      markOutcomeUnknown: (verification) => records.markResent(verification, undefined, ttlSeconds),
      markFailed: (verification, reason, giveBack) =>
        records.markResendFailed(verification, reason, giveBack ? budget : undefined),
    };
  }
}
