export const REPORT_KINDS = [
  'none',
  'summary',
  'full',
  'per_recipient',
  'per_recipient_final',
] as const;

export const FINAL_STATUSES = [
  'Aborted',
  'Cancelled',
  'Rejected',
  'Deleted',
  'Delivered',
  'Failed',
  'Expired',
  'Unknown',
] as const;
export type FinalStatus = (typeof FINAL_STATUSES)[number];
export type DeliveryStatus = 'Queued' | 'Dispatched' | FinalStatus;

export interface DeliveryState {
  code: number;
  status: DeliveryStatus;
}

export const QUEUED: DeliveryState = { code: 400, status: 'Queued' };
export const DISPATCHED: DeliveryState = { code: 401, status: 'Dispatched' };
export const PARAMETER_MISSING: DeliveryState = { code: 405, status: 'Aborted' };
export const EXPIRED: DeliveryState = { code: 406, status: 'Aborted' };
export const CANCELLED: DeliveryState = { code: 407, status: 'Cancelled' };
export const TOO_MANY_PARTS: DeliveryState = { code: 411, status: 'Aborted' };

export function isFinal({ status }: DeliveryState): boolean {
  return status !== 'Queued' && status !== 'Dispatched';
}

/** The status for a final code. Operators' own codes count as failures. */
export function statusOfCode(code: number): FinalStatus {
  if (code === 0) return 'Delivered';
  if (code === CANCELLED.code) return 'Cancelled';
  return code >= 402 && code <= 413 ? 'Aborted' : 'Failed';
}
