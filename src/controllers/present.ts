import type { Verification } from '../domain/verification.js';
import type {
  RequestOtpResponse,
  VerificationResponse,
  VerifyOtpResponse,
} from '../schemas/otp.schema.js';
import type { VerifiedOtp } from '../services/otp/otp.service.js';
import type { HeldVerification } from '../services/otp/verification.service.js';
import type { TimelineEntry } from '../services/verifications/timeline.service.js';

/** Responses are built field by field, so that a new column is never exposed by accident. */

export function presentRequested(verification: Verification): RequestOtpResponse {
  return {
    message: 'OTP sent successfully.',
    verificationId: verification.id,
    phoneNumber: verification.phoneNumber,
    channel: verification.channel,
    purpose: verification.purpose,
    status: 'pending',
    expiresAt: verification.expiresAt.toISOString(),
    resendAt: verification.resendAt.toISOString(),
    attemptsRemaining: verification.maxAttempts - verification.attempts,
    codeLength: verification.codeLength,
    ...deviceOf(verification),
    ...referenceOf(verification),
  };
}

export function presentVerified({
  verification,
  verifiedAt,
  proof,
}: VerifiedOtp): VerifyOtpResponse {
  return {
    message: 'OTP verified successfully.',
    verificationId: verification.id,
    phoneNumber: verification.phoneNumber,
    purpose: verification.purpose,
    channel: verification.channel,
    status: 'verified',
    verifiedAt: verifiedAt.toISOString(),
    proof: proof.token,
    proofExpiresAt: proof.expiresAt.toISOString(),
    ...referenceOf(verification),
  };
}

export function presentHeld({ verification, timeline }: HeldVerification): VerificationResponse {
  return {
    verificationId: verification.id,
    phoneNumber: verification.phoneNumber,
    channel: verification.channel,
    purpose: verification.purpose,
    status: verification.status,
    expiresAt: verification.expiresAt.toISOString(),
    resendAt: verification.resendAt.toISOString(),
    attemptsRemaining: verification.maxAttempts - verification.attempts,
    verifiedAt: verification.verifiedAt?.toISOString() ?? null,
    createdAt: verification.createdAt.toISOString(),
    ...referenceOf(verification),
    timeline: presentTimeline(timeline),
  };
}

export function presentTimeline(
  timeline: readonly TimelineEntry[],
): VerificationResponse['timeline'] {
  return timeline.map(({ type, at, reason, channel, provider }) => ({
    type,
    at: at.toISOString(),
    ...(reason !== undefined && { reason }),
    ...(channel !== undefined && { channel }),
    ...(provider !== undefined && { provider }),
  }));
}

function deviceOf({ device }: Verification): { cliFilter?: string; targetUri?: string } {
  const { cliFilter, targetUri } = device ?? {};
  return {
    ...(cliFilter !== undefined && { cliFilter }),
    ...(targetUri !== undefined && { targetUri }),
  };
}

export function referenceOf({ reference }: Pick<Verification, 'reference'>): {
  reference?: string;
} {
  return reference === null ? {} : { reference };
}
