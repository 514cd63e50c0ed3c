import type { SimulatedResponse } from '../respond.js';
import { SinchApiError } from './errors.js';
import { countryOf } from './phone-numbers.js';
import { verificationPrice, zeroPrice } from './prices.js';
import { sinchTimestamp } from './timestamps.js';
import type { Verification } from './verifications.js';

/**
 * Reports a verification's state (the three `GET` operations).
 * @throws SinchApiError 40400 when it is undefined.
 */
export function statusResponse(verification: Verification | undefined): SimulatedResponse {
  if (!verification) throw new SinchApiError(40400);
  const { id, method, status, reason, reference, endpoint, source, startedAt } = verification;
  const body = {
    id,
    method,
    status,
    reason,
    reference,
    price: priceOf(verification),
    identity: { type: 'number', endpoint },
    countryId: countryOf(endpoint),
    verificationTimestamp: sinchTimestamp(startedAt),
    source: method === 'callout' || method === 'seamless' ? undefined : source,
    ...callDetails(verification),
  };
  return { status: 200, body };
}

function isCall({ method }: Verification): boolean {
  return method === 'flashcall' || method === 'callout';
}

function priceOf(verification: Verification) {
  const { status, method } = verification;
  // PENDING, ERROR and DENIED verifications are not charged.
  if (status === 'PENDING' || status === 'ERROR' || status === 'DENIED') return undefined;
  const price = { verificationPrice: verificationPrice(method) };
  return isCall(verification) ? { ...price, terminationPrice: zeroPrice() } : price;
}

function callDetails(verification: Verification) {
  if (!isCall(verification)) return {};
  const placed = verification.status !== 'ERROR' && verification.status !== 'DENIED';
  return { callComplete: placed, callResult: placed ? 'ANSWERED' : 'FAILED' };
}
