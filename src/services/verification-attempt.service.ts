import type { Statements } from '../database/statements.js';
import type { DenialReason, Verification } from '../domain/verification.js';
import type { NumberLimits } from './number-limits.js';
import * as sql from './verification-attempt.sql.js';
import { toVerification, type VerificationRow } from './verification-record.rows.js';
import {
  refusalOf,
  wholeSeconds,
  type NotOpen,
  type Refusal,
  type RefusalRow,
} from './verification-refusals.js';

type AttemptRow = RefusalRow & VerificationRow;

/** Spends attempts before they are judged and records what came of them; a success also writes `users`. */
export class VerificationAttemptService {
  constructor(
    private readonly statements: Statements,
    private readonly limits: NumberLimits,
  ) {}

  /** Spends one of the holder's attempts, or says why there is none. */
  async take(id: string): Promise<Verification | Refusal | NotOpen> {
    const { names, quotas, windows } = this.limits.ofGuess();
    const row = await this.statements.first<AttemptRow>(sql.TAKE_ATTEMPT, [
      id,
      names,
      quotas,
      windows,
    ]);
    return row ? (refusalOf(row) ?? toVerification(row)) : this.explain(id);
  }

  /** Spends an attempt on the newest pending verification of the number; undefined for any refusal. */
  async takeByPhone(phoneNumber: string, purpose: string): Promise<Verification | undefined> {
    const { names, quotas, windows } = this.limits.ofGuess();
    const bind = [phoneNumber, names, quotas, windows, purpose];
    const row = await this.statements.first<AttemptRow>(sql.TAKE_ATTEMPT_BY_PHONE, bind);
    return row?.refused_by === null ? toVerification(row) : undefined;
  }

  /** For a check that certainly reached nobody. */
  async giveBack(id: string, takenByPhone: boolean): Promise<void> {
    const { names, windows } = this.limits.ofGuess();
    await this.statements.finishing.all(sql.RETURN_ATTEMPT, [id, takenByPhone, names, windows]);
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

  /** Commits the success together with the user; undefined when another check has already ended the row. */
  async markVerified(
    id: string,
    takenByPhone: boolean,
    proofId: string | null,
  ): Promise<Verification | undefined> {
    const { names, windows } = this.limits.ofGuess();
    const bind = [id, takenByPhone, names, windows, proofId, this.limits.cooldownSeconds];
    const row = await this.statements.finishing.first<VerificationRow>(sql.MARK_VERIFIED, bind);
    return row && toVerification(row);
  }

  /** Why a verification cannot be checked, sent again or cancelled. */
  async explain(id: string): Promise<NotOpen> {
    const row = await this.statements.finishing.first<{
      status: Verification['status'];
      late: boolean;
      exhausted: boolean;
      resend_wait: number;
    }>(sql.EXPLAIN_REFUSED_ATTEMPT, [id]);
    if (!row) return { reason: 'not_found', retryAfter: 0 };
    const retryAfter = wholeSeconds(row.resend_wait);
    if (row.status !== 'pending') return { reason: row.status, retryAfter };
    return { reason: row.late ? 'expired' : 'exhausted', retryAfter };
  }
}
