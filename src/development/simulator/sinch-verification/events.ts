import { verificationPrice, zeroPrice } from './prices.js';
import type { Verification } from './verifications.js';

/** `VerificationRequestEvent`: asks the application before anything is sent. */
export function requestEvent(verification: Verification, acceptLanguage: readonly string[]) {
  return {
    ...common(verification, 'VerificationRequestEvent'),
    price: verificationPrice(verification.method),
    rate: zeroPrice(),
    ...(acceptLanguage.length > 0 && { acceptLanguage }),
  };
}

/** `VerificationResultEvent`: reports the end of a verification. */
export function resultEvent(verification: Verification) {
  const { status, reason, source } = verification;
  return { ...common(verification, 'VerificationResultEvent'), status, reason, source };
}

/** `VerificationSmsDeliveredEvent`: reports the delivery receipt of an SMS. */
export function deliveredEvent(verification: Verification, smsResult: 'Successful' | 'Failed') {
  return { ...common(verification, 'VerificationSmsDeliveredEvent'), smsResult };
}

function common(verification: Verification, event: string) {
  const { id, method, endpoint, reference, custom } = verification;
  return { id, event, method, identity: { type: 'number', endpoint }, reference, custom };
}
