import { parsePhoneNumber } from '../../domain/phone-number.js';
import { newSendReference } from '../../domain/verification-id.js';
import type { Channel, Verification } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { CodeStepDependencies } from './code-steps.js';
import { dispatch } from './dispatch.js';
import { verificationFields } from '../../observability/verification-fields.js';
import { notOpen, refusedByLimit, startFailed } from './refusals.js';
import type { VerificationProvider } from '../providers/provider.js';

/** Sends a new code for a verification that is still open. */
export class ResendSteps {
  constructor(private readonly deps: CodeStepDependencies) {}

  /** The new code replaces the old one. Attempts already spent stay spent. */
  async resend(
    id: string,
    channel: Channel | undefined,
    idempotencyKey: string | null,
  ): Promise<Verification> {
    const { records, attempts, providers, numbers, logger } = this.deps;
    const held = await records.find(id);
    if (!held) throw new AppError('verification_not_found');
    const by = channel ?? held.channel;
    this.requireReachable(held, by);
    const candidates = providers.routeFor(held, by, held.binding ?? undefined);
    const sendReference = newSendReference();
    const resend = { sendReference, provider: candidates[0].name, channel: by };
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
