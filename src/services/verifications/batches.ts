import { Batcher } from '../../database/batcher.js';
import type { Statements } from '../../database/statements.js';
import type { Binding, Channel, TakenBy } from '../../domain/verification.js';
import type { NumberLimits, SharedRules } from '../limits/number-limits.js';
import type { RefusalRow } from '../limits/refusals.js';
import * as attempt from './attempts.sql.js';
import * as record from './records.sql.js';
import type { TakenRow, VerificationRow } from './rows.js';

/** The four batched statements of every verification. Items are JSON objects with column names. */

/** Input of take_sends for one number. */
export interface SendItem extends SharedRules {
  application_id: string;
  phone_key: string;
  phone_number: string;
  patterns: string[];
}

/** A row to insert, and the message that it counts. */
export interface Opening extends SendItem {
  id: string;
  country: string;
  purpose: string;
  channel: Channel;
  locale: string | null;
  reference: string | null;
  provider: string;
  send_reference: string;
  key_hash: string | null;
  login_id: string | null;
  binding: Binding | null;
  /** Seconds; null: those of the rules. */
  ttl: number | null;
}

export interface OpeningRules {
  ttlSeconds: number;
  maxAttempts: number;
}

/** A message accepted by a provider. */
export interface Sent {
  id: string;
  provider_reference: string | null;
  code_length: number | null;
  provider_message_id: string | null;
}

export interface Attempt {
  id: string;
  /** Null for callers inside the service, who may check any verification. */
  application_id: string | null;
}

/** An attempt with the right code. */
export interface Approved {
  id: string;
  phone_key: string;
  taken_by: TakenBy;
  proof_id: string | null;
  key_hash: string | null;
  request_hash: string | null;
  channel: Channel;
  provider: string;
}

export type OpenRow = RefusalRow & Pick<VerificationRow, 'expires_at' | 'resend_at' | 'created_at'>;
export type SentRow = Pick<VerificationRow, 'code_length'>;
export type AttemptRow = RefusalRow & TakenRow;
export interface VerifiedRow {
  verified_at: Date;
}

export function openings(
  statements: Statements,
  limits: NumberLimits,
  { maxAttempts, ttlSeconds }: OpeningRules,
): Batcher<Opening, OpenRow> {
  const { sends, guesses } = limits.ofNumber(true);
  return new Batcher(statements.batchLock, {
    run: (items) =>
      statements.all(record.OPEN, [
        JSON.stringify(items),
        maxAttempts,
        ttlSeconds,
        limits.cooldownSeconds,
        sends.quotas,
        sends.windows,
        guesses.quotas,
        guesses.windows,
      ]),
    keyOf: ({ phone_key }) => phone_key,
  });
}

export function acceptedSends({ finishing, batchLock }: Statements): Batcher<Sent, SentRow> {
  return new Batcher(batchLock, {
    run: (items) => finishing.all(record.MARK_SENT, [idsOf(items), JSON.stringify(items)]),
    keyOf: ({ id }) => id,
  });
}

export function attempts(
  statements: Statements,
  limits: NumberLimits,
): Batcher<Attempt, AttemptRow> {
  const { quotas, windows } = limits.ofGuess();
  return new Batcher(statements.batchLock, {
    run: (items) =>
      statements.all(attempt.TAKE_ATTEMPTS, [
        idsOf(items),
        quotas,
        windows,
        items.map((item) => item.application_id),
      ]),
    keyOf: ({ id }) => id,
  });
}

export function approvals(
  { finishing, batchLock }: Statements,
  cooldownSeconds: number,
): Batcher<Approved, VerifiedRow> {
  return new Batcher(batchLock, {
    run: (items) =>
      finishing.all(attempt.MARK_VERIFIED, [idsOf(items), JSON.stringify(items), cooldownSeconds]),
    keyOf: ({ phone_key }) => phone_key,
  });
}

const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);
