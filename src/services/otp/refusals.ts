import type { DenialReason, VerificationFacts } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/error-catalogue.js';
import type { ProviderError } from '../../errors/provider-error.js';
import type { NotOpen } from '../verifications/attempts.service.js';

/** Maps expected outcomes to error codes. */

const PROVIDER_RETRY_SECONDS = 30;

/** The error for a verification that cannot be checked, resent or cancelled. */
export function notOpen(why: NotOpen): AppError {
  switch (why.reason) {
    case 'not_found':
      return new AppError('verification_not_found');
    case 'verified':
      return new AppError('already_verified');
    case 'expired':
      return new AppError('code_expired');
    case 'cancelled':
      return new AppError('verification_cancelled');
    case 'failed':
      return new AppError('verification_failed');
    case 'sending':
      // The client does not know the id yet, or the process crashed and the sweeper will settle the send.
      return new AppError('verification_not_found');
    case 'blocked':
      return new AppError('number_blocked');
    case 'exhausted':
      return new AppError('attempts_exhausted', {
        extras: { attemptsRemaining: 0, retryAfter: why.retryAfter },
      });
  }
}

const DENIALS: Record<DenialReason, ErrorCode> = {
  wrong_code: 'code_invalid',
  expired: 'code_expired',
  cancelled: 'verification_cancelled',
  failed: 'verification_failed',
};

export function denied(reason: DenialReason, verification: VerificationFacts): AppError {
  const attemptsRemaining = verification.maxAttempts - verification.attempts;
  return new AppError(DENIALS[reason], {
    extras: reason === 'wrong_code' ? { attemptsRemaining } : {},
  });
}

export function startFailed(error: ProviderError, verificationId: string): AppError {
  if (error.kind !== 'timeout-unknown') return providerFailed(error);
  return outcomeUnknown(
    error,
    verificationId,
    'The message may still arrive. Check its code with this verificationId.',
  );
}

export function checkFailed(error: ProviderError, verificationId: string): AppError {
  if (error.kind !== 'timeout-unknown') return providerFailed(error);
  return outcomeUnknown(
    error,
    verificationId,
    'The code could not be checked in time. The attempt is used up.',
  );
}

function outcomeUnknown(cause: ProviderError, verificationId: string, detail: string): AppError {
  return new AppError('provider_outcome_unknown', { detail, extras: { verificationId }, cause });
}

function providerFailed(error: ProviderError): AppError {
  if (error.kind !== 'unreachable' && error.kind !== 'rate-limited') {
    return new AppError('provider_rejected', { cause: error });
  }
  const retryAfter = error.facts.retryAfterSeconds ?? PROVIDER_RETRY_SECONDS;
  return new AppError('provider_unavailable', { extras: { retryAfter }, cause: error });
}
