import type { Verification } from '../domain/verification.js';
import { ProviderError } from '../errors/provider-error.js';
import type { Logger } from '../observability/logger.js';
import { providerFields, verificationFields } from './log-fields.js';
import type { SentFacts, VerificationProvider } from './verification/verification-provider.js';

/** What came of handing a message to a provider. */
export type DispatchOutcome =
  | { kind: 'sent'; facts: SentFacts }
  | { kind: 'unknown'; error: ProviderError }
  | { kind: 'failed'; error: ProviderError };

/** Hands one message to a provider: once, whatever happens. Never inside a transaction. */
export async function dispatch(
  provider: VerificationProvider,
  verification: Verification,
  ttlSeconds: number,
  logger: Logger,
): Promise<DispatchOutcome> {
  const { phoneNumber, channel, locale, sendReference } = verification;
  const fields = verificationFields(verification);
  try {
    const facts = await provider.start({ phoneNumber, channel, locale, sendReference, ttlSeconds });
    logger.info('otp.sent', fields);
    return { kind: 'sent', facts };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.warn('otp.send_failed', { ...fields, ...providerFields(error) });
    return { kind: error.kind === 'timeout-unknown' ? 'unknown' : 'failed', error };
  }
}
