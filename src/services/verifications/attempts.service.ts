import type { Batcher } from '../../database/batcher.js';
import type { Statements } from '../../database/statements.js';
import { phoneKeyOf } from '../../domain/phone-key.js';
import { DEFAULT_SCOPE, type Scope } from '../../domain/scope.js';
import type {
  CheckKey,
  DenialReason,
  TakenVerification,
  VerificationFacts,
} from '../../domain/verification.js';
import { patternsOf, type NumberLimits } from '../limits/number-limits.js';
import {
  endsByWaiting,
  refusalOf,
  wholeSeconds,
  type Refusal,
  type RefusalRow,
} from '../limits/refusals.js';
import * as sql from './attempts.sql.js';
import {
  approvals,
  attempts,
  type Approved,
  type Attempt,
  type AttemptRow,
  type VerifiedRow,
} from './batches.js';
import { toFacts, toTaken, type VerificationRow } from './rows.js';

/**
 * Why no attempt was granted, apart from limits. `blocked`: only an operator can lift it. `exhausted`:
 * `retryAfter` is the time until a new code may be requested, in whole seconds.
 */
export type NotOpen =
  | {
      reason: 'not_found' | 'verified' | 'expired' | 'cancelled' | 'failed' | 'sending' | 'blocked';
    }
  | { reason: 'exhausted'; retryAfter: number };

/** Which check of a verification has no known result. */
export type LostCheck = 'current' | 'earlier';

/** What is committed together with a success. */
export interface SuccessRecord {
  /** Id of the proof to sign, if any. */
  proofId: string | null;
  /** The check's Idempotency-Key, if any. */
  key: CheckKey | null;
}

type StatusRow = Pick<VerificationRow, 'status'> & { is_late: boolean };

/** Spends attempts before codes are compared and records the outcomes. */
export class VerificationAttemptService {
  private readonly attempts: Batcher<Attempt, AttemptRow>;
  private readonly approvals: Batcher<Approved, VerifiedRow>;

  constructor(
    private readonly statements: Statements,
    private readonly limits: NumberLimits,
  ) {
    this.attempts = attempts(statements, limits);
    this.approvals = approvals(statements, limits.cooldownSeconds);
  }

  /**
   * Spends one of the holder's attempts, or returns why none was granted.
   * @param scope another application's verification is not found; without a scope, any is
   */
  async take(id: string, scope?: Scope): Promise<TakenVerification | Refusal | NotOpen> {
    const row = await this.attempts.run({ id, application_id: scope?.applicationId ?? null });
    return row ? (refusalOf(row) ?? toTaken(row, 'holder')) : this.explain(id, scope);
  }

  /**
   * Spends an attempt on the application's newest pending verification of the number; undefined for any
   * refusal.
   */
  async takeByPhone(
    phoneNumber: string,
    purpose: string,
    applicationId: string,
  ): Promise<TakenVerification | undefined> {
    const { quotas, windows } = this.limits.ofGuess();
    const bind = [phoneKeyOf(phoneNumber), purpose, quotas, windows, applicationId];
    const row = await this.statements.first<AttemptRow>(sql.TAKE_ATTEMPT_BY_PHONE, bind);
    return row?.refused_by === null ? toTaken(row, 'phone') : undefined;
  }

  /** Refunds an attempt whose code was certainly not compared. */
  async giveBack({ id, takenBy }: TakenVerification): Promise<void> {
    await this.statements.finishing.all(sql.RETURN_ATTEMPT, [id, takenBy]);
  }

  async recordDenied(id: string, reason: DenialReason): Promise<void> {
    await this.addEvent(id, 'denied', reason);
  }

  /** @param tag identifies the code, if the provider may have compared it */
  async recordCheckFailed(id: string, reason: string, tag?: string): Promise<void> {
    await this.addEvent(id, 'check_failed', reason, tag);
  }

  /**
   * Whether all lost checks of a pending verification were of the code with this tag.
   * @param lost an `earlier` check must exist; the `current` one is itself lost
   */
  async isOnlyLostCheck(id: string, tag: string, lost: LostCheck): Promise<boolean> {
    const bind = [id, tag, lost === 'current'];
    const row = await this.statements.finishing.first(sql.ONLY_LOST_CHECK, bind);
    return row !== undefined;
  }

  /**
   * Commits the success together with the user.
   * @returns the time of the success; undefined when another check has ended the verification
   */
  async markVerified(
    { id, takenBy, phoneNumber, channel, provider }: TakenVerification,
    { proofId, key }: SuccessRecord,
  ): Promise<Date | undefined> {
    const row = await this.approvals.run({
      id,
      phone_key: phoneKeyOf(phoneNumber),
      taken_by: takenBy,
      proof_id: proofId,
      key_hash: key?.keyHash ?? null,
      request_hash: key?.requestHash ?? null,
      channel,
      provider,
    });
    return row?.verified_at;
  }

  /** The success of the application's verification that has a proof. */
  async findVerified(
    id: string,
    applicationId: string,
  ): Promise<{ verification: VerificationFacts; verifiedAt: Date; proofId: string } | undefined> {
    const row = await this.statements.first<
      VerificationRow & { verified_at: Date; proof_id: string }
    >(sql.FIND_VERIFIED, [id, applicationId]);
    return (
      row && { verification: toFacts(row), verifiedAt: row.verified_at, proofId: row.proof_id }
    );
  }

  /**
   * Why a verification cannot be checked, resent or cancelled.
   * @param scope who asks, and what would pay for the next message; see {@link take}
   * @param paysForGuess true if the next message starts a new verification, false for a resend
   */
  async explain(id: string, scope?: Scope, paysForGuess = true): Promise<NotOpen> {
    const row = await this.statements.finishing.first<
      StatusRow & Pick<VerificationRow, 'phone_number' | 'country'>
    >(sql.STATUS, [id, scope?.applicationId ?? null]);
    const ended = whyEnded(row);
    if (!row || ended) return { reason: ended ?? 'not_found' };
    const { phone_number: phoneNumber, country } = row;
    const budget = (scope ?? DEFAULT_SCOPE).budget;
    const rules = this.limits.ofSend(phoneNumber, country, budget, paysForGuess);
    const { sends, guesses, shared } = rules;
    const now = await this.statements.finishing.first<StatusRow & RefusalRow>(
      sql.STATUS_AND_REFUSAL,
      [
        id,
        phoneKeyOf(phoneNumber),
        patternsOf(phoneNumber),
        this.limits.cooldownSeconds,
        sends.quotas,
        sends.windows,
        guesses.quotas,
        guesses.windows,
        shared.names,
        shared.keys,
        shared.quotas,
        shared.windows,
        shared.verified,
      ],
    );
    const endedNow = whyEnded(now);
    if (!now || endedNow) return { reason: endedNow ?? 'not_found' };
    const refusal = refusalOf(now);
    if (refusal && !endsByWaiting(refusal)) return { reason: 'blocked' };
    return { reason: 'exhausted', retryAfter: refusal?.retryAfter ?? wholeSeconds(0) };
  }

  private async addEvent(id: string, type: string, reason: string, tag?: string): Promise<void> {
    const detail = JSON.stringify({ reason, tag });
    await this.statements.finishing.all(sql.ADD_EVENT, [id, type, detail]);
  }
}

/** Undefined while the verification is pending and not expired. */
function whyEnded(row: StatusRow | undefined): Exclude<NotOpen['reason'], 'exhausted'> | undefined {
  if (!row) return 'not_found';
  if (row.status !== 'pending') return row.status;
  return row.is_late ? 'expired' : undefined;
}
