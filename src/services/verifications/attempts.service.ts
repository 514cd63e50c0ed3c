import type { Batcher } from '../../database/batcher.js';
import type { Statements } from '../../database/statements.js';
import type { DenialReason, TakenVerification } from '../../domain/verification.js';
import { patternsOf, type NumberLimits } from '../limits/number-limits.js';
import { SEND_WAIT } from './send-wait.sql.js';
import * as sql from './attempts.sql.js';
import {
  approvedOnes,
  attempts,
  type Approved,
  type Attempt,
  type AttemptRow,
  type VerifiedRow,
} from './batches.js';
import { toTaken, type VerificationRow } from './rows.js';
import { refusalOf, wholeSeconds, type NotOpen, type Refusal } from '../limits/refusals.js';

type Standing = Pick<VerificationRow, 'status'> & { late: boolean };
type ExplainedRow = Standing & Pick<VerificationRow, 'phone_number' | 'country'>;

/** Spends attempts before they are judged and records what came of them; a success also writes `users`. */
export class VerificationAttemptService {
  private readonly attempts: Batcher<Attempt, AttemptRow>;
  private readonly approved: Batcher<Approved, VerifiedRow>;

  constructor(
    private readonly statements: Statements,
    private readonly limits: NumberLimits,
  ) {
    this.attempts = attempts(statements, limits);
    this.approved = approvedOnes(statements, limits.cooldownSeconds);
  }

  /** Spends one of the holder's attempts, or says why there is none. */
  async take(id: string): Promise<TakenVerification | Refusal | NotOpen> {
    const row = await this.attempts.run({ id });
    return row ? (refusalOf(row) ?? toTaken(row)) : this.explain(id);
  }

  /** Spends an attempt on the newest pending verification of the number; undefined for any refusal. */
  async takeByPhone(phoneNumber: string, purpose: string): Promise<TakenVerification | undefined> {
    const { quotas, windows } = this.limits.ofGuess();
    const bind = [phoneNumber, quotas, windows, purpose];
    const row = await this.statements.first<AttemptRow>(sql.TAKE_ATTEMPT_BY_PHONE, bind);
    return row?.refused_by === null ? toTaken(row) : undefined;
  }

  /** For a check that certainly reached nobody. */
  async giveBack(id: string, takenByPhone: boolean): Promise<void> {
    await this.statements.finishing.all(sql.RETURN_ATTEMPT, [id, takenByPhone]);
  }

  async recordDenied(id: string, reason: DenialReason): Promise<void> {
    await this.statements.finishing.all(sql.ADD_EVENT, [id, 'denied', JSON.stringify({ reason })]);
  }

  async recordCheckFailed(id: string, reason: string): Promise<void> {
    await this.statements.finishing.all(sql.ADD_EVENT, [
      id,
      'check_failed',
      JSON.stringify({ reason }),
    ]);
  }

  /** Commits the success together with the user, and tells when; undefined when another check has already ended the row. */
  async markVerified(
    { id, phoneNumber, channel, provider }: TakenVerification,
    takenByPhone: boolean,
    proofId: string | null,
  ): Promise<Date | undefined> {
    const row = await this.approved.run({
      ...{ id, phone_number: phoneNumber, by_number: takenByPhone },
      ...{ proof_id: proofId, channel, provider },
    });
    return row?.verified_at;
  }

  /**
   * Why a verification cannot be checked, sent again or cancelled.
   * @param paysForGuess whether what comes next is a new verification, and not a resend
   */
  async explain(id: string, paysForGuess = true): Promise<NotOpen> {
    const row = await this.statements.finishing.first<ExplainedRow>(sql.EXPLAIN_REFUSED_ATTEMPT, [
      id,
    ]);
    const reason = whyEnded(row);
    if (!row || reason) return { reason: reason ?? 'not_found' };
    const { phone_number: phoneNumber, country } = row;
    const { sends, guesses, shared } = this.limits.ofSend(phoneNumber, country, paysForGuess);
    const now = await this.statements.finishing.first<Standing & { closed: boolean; wait: number }>(
      SEND_WAIT,
      [
        ...[phoneNumber, patternsOf(phoneNumber), this.limits.cooldownSeconds],
        ...[shared.names, shared.keys, shared.quotas, shared.windows, id],
        ...[sends.quotas, sends.windows, guesses.quotas, guesses.windows],
      ],
    );
    const reasonNow = whyEnded(now);
    if (!now || reasonNow) return { reason: reasonNow ?? 'not_found' };
    return now.closed
      ? { reason: 'blocked' }
      : { reason: 'exhausted', retryAfter: wholeSeconds(now.wait) };
  }
}

/** Undefined while it is open, as far as time and state go. */
function whyEnded(row: Standing | undefined): Exclude<NotOpen['reason'], 'exhausted'> | undefined {
  if (!row) return 'not_found';
  if (row.status !== 'pending') return row.status;
  return row.late ? 'expired' : undefined;
}
