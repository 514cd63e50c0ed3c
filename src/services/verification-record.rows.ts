import type { Binding, Channel, Verification, VerificationStatus } from '../domain/verification.js';

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

const COLUMNS = [
  ...['id', 'phone_number', 'country', 'purpose', 'channel', 'locale', 'reference', 'binding'],
  ...['provider', 'send_reference', 'provider_reference', 'status', 'attempts', 'max_attempts'],
  ...['code_length', 'expires_at', 'resend_at', 'verified_at', 'created_at'],
] satisfies string[];

/** What a {@link VerificationRow} is made of, by name, as prepared statements need it. */
export const rowOf = (table: string): string =>
  COLUMNS.map((column) => `${table}.${column}`).join(', ');

export function toVerification(row: VerificationRow): Verification {
  return {
    id: row.id,
    phoneNumber: row.phone_number,
    country: row.country,
    purpose: row.purpose,
    channel: row.channel,
    locale: row.locale,
    reference: row.reference,
    binding: row.binding,
    provider: row.provider,
    sendReference: row.send_reference,
    providerReference: row.provider_reference,
    status: row.status,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    codeLength: row.code_length,
    device: null,
    expiresAt: row.expires_at,
    resendAt: row.resend_at,
    verifiedAt: row.verified_at,
    createdAt: row.created_at,
  };
}
