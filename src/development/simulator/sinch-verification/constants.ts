export const METHODS = ['sms', 'flashcall', 'callout', 'seamless', 'whatsapp'] as const;
export type Method = (typeof METHODS)[number];

/** Methods that accept a report and a lookup by number. */
export const REPORTABLE_METHODS = ['sms', 'flashcall', 'callout', 'whatsapp'] as const;
export type ReportableMethod = (typeof REPORTABLE_METHODS)[number];

export const CODE_TYPES = ['Numeric', 'Alpha', 'Alphanumeric'] as const;
export type CodeType = (typeof CODE_TYPES)[number];

export type Status = 'PENDING' | 'SUCCESSFUL' | 'FAIL' | 'DENIED' | 'ABORTED' | 'ERROR';

/** The status for each reason. Sinch does not document `Failed pending`. */
export const STATUS_OF_REASON = {
  Fraud: 'DENIED',
  'Not enough credit': 'DENIED',
  Blocked: 'DENIED',
  'Denied by callback': 'DENIED',
  'Invalid callback': 'DENIED',
  'Destination denied': 'DENIED',
  'Internal error': 'ERROR',
  'Network error or number unreachable': 'ERROR',
  'SMS delivery failure': 'ERROR',
  'Failed pending': 'FAIL',
  'Invalid CLI': 'FAIL',
  'Invalid code': 'FAIL',
  Expired: 'FAIL',
  'Hung up without entering valid code': 'FAIL',
} as const satisfies Record<string, Status>;
export type Reason = keyof typeof STATUS_OF_REASON;
export const REASONS = Object.keys(STATUS_OF_REASON) as [Reason, ...Reason[]];

/** Weakest first. */
export const AUTHENTICATION_LEVELS = ['public', 'basic', 'application'] as const;
export type AuthenticationLevel = (typeof AUTHENTICATION_LEVELS)[number];
