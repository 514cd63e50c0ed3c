import { ProviderError } from '../../../errors/provider-error.js';
import type { Logger } from '../../../observability/logger.js';
import type { SinchVerificationService } from './sinch-verification.service.js';
import type { SinchVerificationConfig } from './sinch-verification.wire.js';

/**
 * Asks Sinch for a send that does not exist, which costs nothing, and logs `config.advice` when the account
 * or the address cannot be used. Never rejects for a failed call.
 */
export async function warnAboutAccess(
  service: Pick<SinchVerificationService, 'requireAccess'>,
  { url, applicationKey }: SinchVerificationConfig,
  logger: Logger,
): Promise<void> {
  try {
    await service.requireAccess();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.warn('config.advice', { outcome: explain(error, url, applicationKey) });
  }
}

function explain({ kind, facts }: ProviderError, url: string, key: string): string {
  const status = facts.httpStatus === undefined ? '' : ` (${facts.httpStatus})`;
  switch (kind) {
    case 'bad-credentials':
      return `SINCH_APPLICATION_KEY: Sinch does not accept ${key} with SINCH_APPLICATION_SECRET${status}`;
    case 'unreachable':
    case 'timeout-unknown':
      return `SINCH_VERIFICATION_URL: ${url} cannot be reached${status}`;
    default:
      return `SINCH_VERIFICATION_URL: ${url} does not answer as the Sinch Verification API does${status}`;
  }
}
