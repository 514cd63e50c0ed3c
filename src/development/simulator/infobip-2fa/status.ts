import type { SimulatedResponse } from '../respond.js';
import type { InfobipContext } from './context.js';
import { InfobipApiError } from './errors.js';
import type { Pin } from './pins.js';

export type StatusQuery = Readonly<Record<string, unknown>>;

/**
 * Lists the verifications of a number, newest first (`GET
 * /2fa/2/applications/{appId}/verifications`).
 */
export function verificationStatus(
  { applications, pins, settings }: InfobipContext,
  applicationId: string,
  { msisdn, verified, sent }: StatusQuery,
): SimulatedResponse {
  applications.get(applicationId);
  if (typeof msisdn !== 'string' || msisdn === '') {
    throw new InfobipApiError(40000, { msisdn: ['must not be empty'] });
  }
  const verifications = pins
    .of(applicationId, msisdn.replace(/^[+ ]/, ''))
    .filter((pin) => matches(verified, pin.verifiedAt !== undefined))
    .filter((pin) => matches(sent, pin.sentAt !== undefined))
    .map((pin) => entry(pin, settings.current.timestampUnit));
  return { status: 200, body: { verifications } };
}

/** An absent or invalid flag does not filter. */
function matches(flag: unknown, fact: boolean): boolean {
  return (flag !== 'true' && flag !== 'false') || String(fact) === flag;
}

function entry({ to, verifiedAt, sentAt }: Pin, unit: 'ms' | 's') {
  const stamp = (timestamp: Date | undefined) =>
    timestamp && Math.floor(timestamp.getTime() / (unit === 's' ? 1000 : 1));
  return {
    msisdn: to,
    verified: verifiedAt !== undefined,
    verifiedAt: stamp(verifiedAt),
    sentAt: stamp(sentAt),
  };
}
