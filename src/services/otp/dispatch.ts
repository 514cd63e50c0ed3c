import { newSendReference } from '../../domain/verification-id.js';
import type { Verification } from '../../domain/verification.js';
import { ProviderError } from '../../errors/provider-error.js';
import type { Logger } from '../../observability/logger.js';
import { providerFields, verificationFields } from '../../observability/verification-fields.js';
import type { FailOver } from '../verifications/records.service.js';
import type { SendResult, VerificationProvider } from '../providers/provider.js';

/** What came of handing a message to a provider. */
export type DispatchOutcome =
  | { kind: 'sent'; facts: SendResult }
  | { kind: 'unknown'; error: ProviderError }
  | { kind: 'failed'; error: ProviderError };

export interface Dispatching {
  /** In order; the first one is the subject's provider already. */
  candidates: readonly VerificationProvider[];
  ttlSeconds: number;
  /** Milliseconds for everything, however many are asked. */
  timeoutMs: number;
  logger: Logger;
  /** Writes down who has the send from now on, before that one is asked; undefined when nobody is to have it. */
  handOn: (subject: Verification, to: FailOver) => Promise<Verification | undefined>;
}

interface Dispatched {
  subject: Verification;
  outcome: DispatchOutcome;
}

/** Of all the time, what the next one must still have: with less it could only fail, and late. */
const LEAST_SHARE = 0.4;

/**
 * Hands one message to the first provider, and to the next one only if the one before certainly did nothing. Whoever may
 * have sent it is the last one that was asked. Never inside a transaction.
 */
export function dispatch(subject: Verification, dispatching: Dispatching): Promise<Dispatched> {
  return goOn(subject, dispatching, performance.now() + dispatching.timeoutMs);
}

async function goOn(
  subject: Verification,
  dispatching: Dispatching,
  deadline: number,
): Promise<Dispatched> {
  const { candidates, logger, timeoutMs, handOn } = dispatching;
  const [provider, ...others] = candidates;
  if (!provider) throw new Error('nobody to hand the message to');
  const outcome = await handOver(provider, subject, dispatching, deadline);
  const next = others[0];
  if (outcome.kind !== 'failed' || !outcome.error.didNothing || !next) return { subject, outcome };
  if (deadline - performance.now() < timeoutMs * LEAST_SHARE) return { subject, outcome };
  const reason = outcome.error.kind;
  const to = { provider: next.name, sendReference: newSendReference(), reason };
  const handed = await handOn(subject, to);
  if (!handed) return { subject, outcome };
  logger.warn('otp.failed_over', { ...verificationFields(subject), outcome: reason });
  return goOn(handed, { ...dispatching, candidates: others }, deadline);
}

async function handOver(
  provider: VerificationProvider,
  verification: Verification,
  { ttlSeconds, logger }: Dispatching,
  deadline: number,
): Promise<DispatchOutcome> {
  const { id: verificationId, phoneNumber, channel, purpose, locale, binding } = verification;
  const { sendReference, expiresAt } = verification;
  const asked = { verificationId, phoneNumber, channel, purpose, locale, binding };
  const timeoutMs = Math.max(1, Math.floor(deadline - performance.now()));
  const fields = verificationFields(verification);
  try {
    const facts = await provider.start({
      ...{ ...asked, sendReference, ttlSeconds, expiresAt, timeoutMs },
    });
    logger.info('otp.sent', fields);
    return { kind: 'sent', facts };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.warn('otp.send_failed', { ...fields, ...providerFields(error) });
    return { kind: error.kind === 'timeout-unknown' ? 'unknown' : 'failed', error };
  }
}
