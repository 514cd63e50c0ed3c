import type {
  InfobipReport,
  SinchSmsReport,
  SinchVerificationEvent,
} from '../../schemas/callback.schema.js';
import type { DeliveryReport } from './delivery.service.js';

/** What the providers' words mean for a message; undefined where they settle nothing. */

const OTHER_REASON = 'other';

/** Reasons of the Sinch Verification API, as the timeline calls them. */
const SINCH_REASONS: Readonly<Record<string, string>> = {
  Fraud: 'fraud',
  'Not enough credit': 'no_credit',
  Blocked: 'blocked',
  'Denied by callback': 'denied_by_callback',
  'Invalid callback': 'denied_by_callback',
  'Destination denied': 'destination_denied',
  'Internal error': 'provider_error',
  'Network error or number unreachable': 'unreachable',
  'SMS delivery failure': 'delivery_failure',
};

/**
 * A result says how Sinch's own verification ended. Only that it was refused or could not be carried out is about the
 * message; whether the code was right is for a check through us to say, and nothing else.
 */
export function reportOfResult(event: SinchVerificationEvent): DeliveryReport | undefined {
  if (event.status !== 'DENIED' && event.status !== 'ERROR') return undefined;
  const reason = SINCH_REASONS[event.reason ?? ''] ?? OTHER_REASON;
  return { type: 'undelivered', reason };
}

export function reportOfReceipt({ smsResult }: SinchVerificationEvent): DeliveryReport | undefined {
  if (smsResult === 'Successful') return { type: 'delivered' };
  if (smsResult === 'Failed') return { type: 'undelivered', reason: 'delivery_failure' };
  return undefined;
}

/** The final states of the Sinch SMS API in which nothing arrived. `Unknown` is final too, and says nothing. */
const SINCH_SMS_FAILURES: ReadonlySet<string> = new Set([
  'aborted',
  'cancelled',
  'rejected',
  'deleted',
  'failed',
  'expired',
]);

export function reportOfSinchSms({ type, status }: SinchSmsReport): DeliveryReport | undefined {
  if (type !== 'recipient_delivery_report_sms') return undefined;
  return reportOfWord(status, SINCH_SMS_FAILURES);
}

/** The groups of Infobip's message statuses in which nothing arrives any more. */
const INFOBIP_FAILURES: ReadonlySet<string> = new Set(['undeliverable', 'expired', 'rejected']);

export function reportOfInfobip({ status }: InfobipReport): DeliveryReport | undefined {
  return reportOfWord(status?.groupName, INFOBIP_FAILURES);
}

function reportOfWord(
  word: string | null | undefined,
  failures: ReadonlySet<string>,
): DeliveryReport | undefined {
  const reason = (word ?? '').toLowerCase();
  if (reason === 'delivered') return { type: 'delivered' };
  return failures.has(reason) ? { type: 'undelivered', reason } : undefined;
}
