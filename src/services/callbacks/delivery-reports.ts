import type {
  InfobipReport,
  SinchSmsReport,
  SinchVerificationEvent,
} from '../../schemas/callback.schema.js';
import type { DeliveryReport } from './delivery.service.js';

/** Maps providers' events to delivery reports; undefined for events that are not final. */

const OTHER_REASON = 'other';

/** Reasons of the Sinch Verification API and their names on the timeline. */
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
 * The report of a Sinch result event. Only `DENIED` and `ERROR` concern delivery. Only a check through this
 * service decides whether a code was right.
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

/** Final statuses of the Sinch SMS API for undelivered messages. `Unknown` is final too, but says nothing. */
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
  return reportOfStatus(status, SINCH_SMS_FAILURES);
}

/** Infobip's status groups for undelivered messages. */
const INFOBIP_FAILURES: ReadonlySet<string> = new Set(['undeliverable', 'expired', 'rejected']);

export function reportOfInfobip({ status }: InfobipReport): DeliveryReport | undefined {
  return reportOfStatus(status?.groupName, INFOBIP_FAILURES);
}

function reportOfStatus(
  status: string | null | undefined,
  failures: ReadonlySet<string>,
): DeliveryReport | undefined {
  const reason = (status ?? '').toLowerCase();
  if (reason === 'delivered') return { type: 'delivered' };
  return failures.has(reason) ? { type: 'undelivered', reason } : undefined;
}
