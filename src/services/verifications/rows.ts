import type {
  Binding,
  Channel,
  TakenBy,
  TakenVerification,
  Verification,
  VerificationFacts,
  VerificationStatus,
} from '../../domain/verification.js';

/** A row of `verifications` as the driver returns it. */
export interface VerificationRow {
  id: string;
  application_id: string;
  phone_number: string;
  country: string;
  purpose: string;
  channel: Channel;
  locale: string | null;
  reference: string | null;
  binding: Binding | null;
  provider: string;
  send_reference: string;
  provider_reference: string | null;
  status: VerificationStatus;
  attempts: number;
  max_attempts: number;
  code_length: number | null;
  expires_at: Date;
  resend_at: Date;
  verified_at: Date | null;
  created_at: Date;
}

/** The columns that take_attempts returns. */
export type TakenRow = Omit<
  VerificationRow,
  | 'application_id'
  | 'locale'
  | 'status'
  | 'code_length'
  | 'expires_at'
  | 'resend_at'
  | 'verified_at'
  | 'created_at'
>;

const COLUMNS = [
  'id',
  'application_id',
  'phone_number',
  'country',
  'purpose',
  'channel',
  'locale',
  'reference',
  'binding',
  'provider',
  'send_reference',
  'provider_reference',
  'status',
  'attempts',
  'max_attempts',
  'code_length',
  'expires_at',
  'resend_at',
  'verified_at',
  'created_at',
] as const satisfies (keyof VerificationRow)[];

/** Named columns, because a column added to `*` would invalidate prepared statements. */
export const columnsOf = (table: string): string =>
  COLUMNS.map((column) => `${table}.${column}`).join(', ');

/**
 * Whether a verification belongs to an application; to any if the parameter is null. coalesce() hides the
 * condition from the planner, which finds rows by their keys.
 */
export const isOf = (application: string): string =>
  `coalesce(application_id = ${application}::text, true)`;

export function toTaken(row: TakenRow, takenBy: TakenBy): TakenVerification {
  return { ...toFacts(row), takenBy };
}

export function toFacts(row: TakenRow): VerificationFacts {
  return {
    id: row.id,
    phoneNumber: row.phone_number,
    country: row.country,
    purpose: row.purpose,
    channel: row.channel,
    reference: row.reference,
    binding: row.binding,
    provider: row.provider,
    sendReference: row.send_reference,
    providerReference: row.provider_reference,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
  };
}

export function toVerification(row: VerificationRow): Verification {
  return {
    ...toFacts(row),
    applicationId: row.application_id,
    locale: row.locale,
    status: row.status,
    codeLength: row.code_length,
    device: null,
    expiresAt: row.expires_at,
    resendAt: row.resend_at,
    verifiedAt: row.verified_at,
    createdAt: row.created_at,
  };
}
