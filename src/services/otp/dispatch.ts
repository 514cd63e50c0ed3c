import type { ApplicationSettings } from '../../domain/application.js';
import { newReference } from '../../domain/verification-id.js';
import type { Verification } from '../../domain/verification.js';
import { ProviderError } from '../../errors/provider-error.js';
import type { Logger } from '../../observability/logger.js';
import { providerFields, verificationFields } from '../../observability/verification-fields.js';
import type { SendResult, VerificationProvider } from '../providers/provider.js';
import type { FailOver } from '../verifications/records.service.js';
import { startFailed } from './refusals.js';

/** Records the outcome of one send: a first code or a resend. Undefined: the row has changed meanwhile. */
export interface SendRecord {
  /** Records the new provider before calling it. */
  failOver(verification: Verification, to: FailOver): Promise<Verification | undefined>;
  markSent(verification: Verification, facts: SendResult): Promise<Verification | undefined>;
  markOutcomeUnknown(verification: Verification): Promise<unknown>;
  /** @param giveBack whether the send is refunded: only when the message was certainly not sent */
  markFailed(verification: Verification, reason: string, giveBack: boolean): Promise<void>;
}

export interface DispatchDependencies {
  logger: Logger;
  rules: {
    ttlSeconds: number;
    /** Time limit of one message, over all providers tried. */
    providerTimeoutMs: number;
  };
}

type Outcome =
  { kind: 'sent'; facts: SendResult } | { kind: 'unknown' | 'failed'; error: ProviderError };

interface SendAttempt {
  record: SendRecord;
  settings: ApplicationSettings;
  deps: DispatchDependencies;
  /** In the time of `performance.now()`. */
  deadline: number;
}

/** Minimum share of the time limit for another provider: with less time, it would only fail later. */
const MIN_TIME_SHARE = 0.4;

/**
 * Sends one message through the first provider, fails over to the next only when the previous one certainly
 * did not act, and records the outcome. Runs outside any transaction and never repeats a call.
 * @param providers in order; the first is already the verification's provider
 * @param settings of the application, which change the message
 * @returns the updated verification; undefined when the row has changed meanwhile
 * @throws AppError unless a provider has accepted the message
 */
export async function send(
  verification: Verification,
  providers: readonly VerificationProvider[],
  record: SendRecord,
  settings: ApplicationSettings,
  deps: DispatchDependencies,
): Promise<Verification | undefined> {
  const deadline = performance.now() + deps.rules.providerTimeoutMs;
  const attempt = { record, settings, deps, deadline };
  const { subject, outcome } = await dispatch(verification, providers, attempt);
  if (outcome.kind === 'sent') {
    const sent = await record.markSent(subject, outcome.facts);
    return sent && { ...sent, device: outcome.facts.device ?? null };
  }
  const { error } = outcome;
  if (outcome.kind === 'unknown') await record.markOutcomeUnknown(subject);
  else await record.markFailed(subject, error.kind, error.didNothing);
  throw startFailed(error, subject.id);
}

async function dispatch(
  subject: Verification,
  [provider, ...others]: readonly VerificationProvider[],
  attempt: SendAttempt,
): Promise<{ subject: Verification; outcome: Outcome }> {
  if (!provider) throw new Error('No provider for the message');
  const { record, deps, deadline } = attempt;
  const outcome = await start(provider, subject, attempt);
  const [next] = others;
  if (outcome.kind !== 'failed' || !outcome.error.didNothing || !next) return { subject, outcome };
  const leftMs = deadline - performance.now();
  if (leftMs < deps.rules.providerTimeoutMs * MIN_TIME_SHARE) return { subject, outcome };
  const reason = outcome.error.kind;
  const to = { provider: next.name, sendReference: newReference(subject.id), reason };
  const failedOver = await record.failOver(subject, to);
  if (!failedOver) return { subject, outcome };
  deps.logger.warn('otp.failed_over', { ...verificationFields(subject), outcome: reason });
  return dispatch(failedOver, others, attempt);
}

async function start(
  provider: VerificationProvider,
  verification: Verification,
  { settings, deps: { logger, rules }, deadline }: SendAttempt,
): Promise<Outcome> {
  const fields = verificationFields(verification);
  try {
    const facts = await provider.start({
      verificationId: verification.id,
      phoneNumber: verification.phoneNumber,
      channel: verification.channel,
      purpose: verification.purpose,
      locale: verification.locale,
      binding: verification.binding,
      sendReference: verification.sendReference,
      ttlSeconds: settings.codeTtlSeconds ?? rules.ttlSeconds,
      brand: settings.brand,
      codeLength: settings.codeLength,
      expiresAt: verification.expiresAt,
      timeoutMs: Math.max(1, Math.floor(deadline - performance.now())),
    });
    logger.info('otp.sent', fields);
    return { kind: 'sent', facts };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.warn('otp.send_failed', { ...fields, ...providerFields(error) });
    return { kind: error.kind === 'timeout-unknown' ? 'unknown' : 'failed', error };
  }
}
