import { Batcher } from '../../database/batcher.js';
import type { Statements } from '../../database/statements.js';
import type { Binding, Channel } from '../../domain/verification.js';
import type { NumberLimits, SharedRules } from '../limits/number-limits.js';
import * as attempt from './attempts.sql.js';
import * as record from './records.sql.js';
import type { TakenRow, VerificationRow } from './rows.js';
import type { RefusalRow } from '../limits/refusals.js';

/**
 * The four statements of every verification. Each exists twice: for one, and for all that want it in the same turn. What
 * goes along as JSON has the names of its columns.
 */

/** A row that is to be opened, and what its number shares with others. */
export interface Opening extends SharedRules {
  id: string;
  phone_number: string;
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
  patterns: string[];
}

export interface OpeningRules {
  ttlSeconds: number;
  maxAttempts: number;
}

/** A message that a provider has accepted. */
export interface Sent {
  id: string;
  provider_reference: string | null;
  code_length: number | null;
  provider_message_id: string | null;
}

export interface Attempt {
  id: string;
}

/** An attempt that has proved right. */
export interface Approved {
  id: string;
  phone_number: string;
  by_number: boolean;
  proof_id: string | null;
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
  const own = [sends.quotas, sends.windows, guesses.quotas, guesses.windows];
  const cooldown = limits.cooldownSeconds;
  return new Batcher(statements.turnstile, {
    one: (opening) => {
      const { id, phone_number, country, purpose, channel, locale, reference, binding } = opening;
      return statements.first(record.OPEN, [
        ...[id, phone_number, country, purpose, channel, locale, reference, opening.provider],
        ...[opening.send_reference, maxAttempts, ttlSeconds, opening.key_hash, opening.login_id],
        ...[binding && JSON.stringify(binding), opening.patterns, cooldown, ...own],
        ...[opening.names, opening.keys, opening.quotas, opening.windows],
      ]);
    },
    several: (all) =>
      statements.all(record.OPEN_SEVERAL, [
        ...[JSON.stringify(all), maxAttempts, ttlSeconds, cooldown, ...own],
      ]),
    keyOf: ({ phone_number }) => phone_number,
  });
}

export function sentOnes({ finishing, turnstile }: Statements): Batcher<Sent, SentRow> {
  return new Batcher(turnstile, {
    one: ({ id, provider_reference, code_length, provider_message_id }) =>
      finishing.first(record.MARK_SENT, [id, provider_reference, code_length, provider_message_id]),
    several: (all) => finishing.all(record.MARK_SEVERAL_SENT, [idsOf(all), JSON.stringify(all)]),
    keyOf: ({ id }) => id,
  });
}

export function attempts(
  statements: Statements,
  limits: NumberLimits,
): Batcher<Attempt, AttemptRow> {
  const { quotas, windows } = limits.ofGuess();
  return new Batcher(statements.turnstile, {
    one: ({ id }) => statements.first(attempt.TAKE_ATTEMPT, [id, quotas, windows]),
    several: (all) => statements.all(attempt.TAKE_SEVERAL_ATTEMPTS, [idsOf(all), quotas, windows]),
    keyOf: ({ id }) => id,
  });
}

export function approvedOnes(
  { finishing, turnstile }: Statements,
  cooldownSeconds: number,
): Batcher<Approved, VerifiedRow> {
  return new Batcher(turnstile, {
    one: ({ id, by_number, proof_id, channel, provider }) =>
      finishing.first(attempt.MARK_VERIFIED, [
        ...[id, by_number, proof_id, cooldownSeconds, channel, provider],
      ]),
    several: (all) =>
      finishing.all(attempt.MARK_SEVERAL_VERIFIED, [
        ...[idsOf(all), JSON.stringify(all), cooldownSeconds],
      ]),
    keyOf: ({ phone_number }) => phone_number,
  });
}

const idsOf = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id);
