import type {
  Binding,
  Channel,
  TakenVerification,
  Verification,
  VerificationStatus,
} from '../../domain/verification.js';

/** A row of `verifications` as the driver returns it. */
export interface VerificationRow {
  id: string;
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

const TAKEN_COLUMNS = [
  ...['id', 'phone_number', 'country', 'purpose', 'channel', 'reference', 'binding'],
  ...['provider', 'send_reference', 'provider_reference', 'attempts', 'max_attempts'],
] as const satisfies (keyof VerificationRow)[];
const COLUMNS = [
  ...TAKEN_COLUMNS,
  ...['locale', 'status', 'code_length', 'expires_at', 'resend_at', 'verified_at', 'created_at'],
];

/** What a {@link TakenVerification} is made of. */
export type TakenRow = Pick<VerificationRow, (typeof TAKEN_COLUMNS)[number]>;

const columnsOf = (table: string, columns: readonly string[]): string =>
  columns.map((column) => `${table}.${column}`).join(', ');

/** What a {@link VerificationRow} is made of, by name, as prepared statements need it. */
export const rowOf = (table: string): string => columnsOf(table, COLUMNS);
/** The same of a {@link TakenRow}: each column costs, in Postgres and here, and this is asked for at every check. */
export const takenRowOf = (table: string): string => columnsOf(table, TAKEN_COLUMNS);

/** What a statement that returns nothing but what it has served says of a refusal: a `RefusalRow` without one. */
export const UNREFUSED = `
  NULL::text AS refused_by, NULL::int AS quota, NULL::int AS window_seconds, NULL::float8 AS wait`;

export function toTaken(row: TakenRow): TakenVerification {
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
    ...toTaken(row),
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
