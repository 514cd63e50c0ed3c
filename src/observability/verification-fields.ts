import { maskPhoneNumber } from '../domain/phone-number.js';
import type { VerificationFacts } from '../domain/verification.js';
import type { ProviderError } from '../errors/provider-error.js';
import type { LogFields } from './log-fields.js';

export function verificationFields(verification: VerificationFacts): LogFields {
  return {
    verificationId: verification.id,
    phone: maskPhoneNumber(verification.phoneNumber),
    country: verification.country,
    channel: verification.channel,
    purpose: verification.purpose,
    provider: verification.provider,
  };
}

export function providerFields(error: ProviderError): LogFields {
  const { httpStatus, providerCode } = error.facts;
  return {
    outcome: error.kind,
    ...(httpStatus !== undefined && { providerStatus: httpStatus }),
    ...(providerCode !== undefined && { providerCode }),
  };
}
