import { QueryTypes, type Sequelize } from 'sequelize';
import type { Limit } from '../domain/limit.js';
import type { DenialReason, Verification } from '../domain/verification.js';
import type { LimitState } from '../errors/app-error.js';
import { toVerification, type VerificationRow } from './verification-record.rows.js';
import * as sql from './verification-record.sql.js';

export type NewVerification = Pick<
  Verification,
  | 'id'
  | 'phoneNumber'
  | 'country'
  | 'purpose'
  | 'channel'
  | 'locale'
  | 'reference'
  | 'provider'
  | 'sendReference'
>;

export interface RecordRules {
  ttlSeconds: number;
  maxAttempts: number;
  resendCooldownSeconds: number;
  sendPerPhone: readonly Limit[];
}

/** A send that the number's cool-down or windows do not allow yet. `retryAfter` in whole seconds suffices. */
export interface RefusedSend {
  by: 'cooldown' | 'send-per-phone';
  retryAfter: number;
  limit?: LimitState;
}

/** Why no attempt was given. `retryAfter`: whole seconds until a new code may be asked for. */
export interface RefusedAttempt {
  reason: 'not_found' | 'verified' | 'expired' | 'cancelled' | 'failed' | 'exhausted';
  retryAfter: number;
}

/** Owns the tables `verifications`, `verification_events` and `phone_limits`; a success also writes `users`. */
export class VerificationRecordService {
  private readonly quotas: number[];
  private readonly windows: number[];

  constructor(
    private readonly db: Sequelize,
    private readonly rules: RecordRules,
  ) {
    this.quotas = rules.sendPerPhone.map((limit) => limit.count);
    this.windows = rules.sendPerPhone.map((limit) => limit.windowSeconds);
  }

  /** Counts the send and opens the row, in status `sending`, in one transaction; or says what refuses it. */
  async open(fresh: NewVerification): Promise<Verification | RefusedSend> {
    const { id, phoneNumber, country, purpose, channel, locale, reference, provider, sendReference } =
      fresh;
    const { maxAttempts, ttlSeconds, resendCooldownSeconds } = this.rules;
    const row = await this.first<VerificationRow>(sql.OPEN, [
      ...[id, phoneNumber, country, purpose, channel, locale, reference, provider, sendReference],
      ...[maxAttempts, ttlSeconds, resendCooldownSeconds, this.quotas, this.windows],
    ]);
    return row ? toVerification(row) : this.explainRefusedSend(phoneNumber);
  }

  async markSent(
    id: string,
    facts: { providerReference: string | null; codeLength: number | null },
  ): Promise<Verification | undefined> {
    const bind = [id, facts.providerReference, facts.codeLength];
    const row = await this.first<VerificationRow>(sql.MARK_SENT, bind);
    return row && toVerification(row);
  }

  async markOutcomeUnknown(id: string): Promise<void> {
    await this.run(sql.MARK_OUTCOME_UNKNOWN, [id]);
  }

  /** @param giveBack whether the number's send is returned: only when nobody can have received anything */
  async markFailed(id: string, failure: string, giveBack: boolean): Promise<void> {
    await this.run(sql.MARK_FAILED, [id, failure, giveBack]);
  }

  /** Spends one of the holder's attempts, or says why there is none. */
  async takeAttempt(id: string): Promise<Verification | RefusedAttempt> {
    const row = await this.first<VerificationRow>(sql.TAKE_ATTEMPT, [id]);
    return row ? toVerification(row) : this.explainRefusedAttempt(id);
  }

  /** Spends an attempt on the newest pending verification of the number; undefined for any refusal. */
  async takeAttemptByPhone(phoneNumber: string, purpose: string): Promise<Verification | undefined> {
    const row = await this.first<VerificationRow>(sql.TAKE_ATTEMPT_BY_PHONE, [phoneNumber, purpose]);
    return row && toVerification(row);
  }

  /** For a check that certainly reached nobody. */
  async returnAttempt(id: string, takenByPhone: boolean): Promise<void> {
    await this.run(sql.RETURN_ATTEMPT, [id, takenByPhone]);
  }

  async recordDenied(id: string, reason: DenialReason): Promise<void> {
    await this.run(sql.ADD_EVENT, [id, 'denied', JSON.stringify({ reason })]);
  }

  async recordCheckFailed(id: string, reason: string): Promise<void> {
    await this.run(sql.ADD_EVENT, [id, 'check_failed', JSON.stringify({ reason })]);
  }

  /** Commits the success together with the user; undefined when another check has already ended the row. */
  async markVerified(id: string, proofId: string): Promise<Verification | undefined> {
    const bind = [id, proofId, this.rules.resendCooldownSeconds];
    const row = await this.first<VerificationRow>(sql.MARK_VERIFIED, bind);
    return row && toVerification(row);
  }

  async explainRefusedAttempt(id: string): Promise<RefusedAttempt> {
    const row = await this.first<{
      status: string;
      late: boolean;
      exhausted: boolean;
      resend_wait: number;
    }>(sql.EXPLAIN_REFUSED_ATTEMPT, [id]);
    // A row still in `sending` was never announced to anybody.
    if (!row || row.status === 'sending') return { reason: 'not_found', retryAfter: 0 };
    const retryAfter = wholeSeconds(row.resend_wait);
    if (row.status === 'verified' || row.status === 'cancelled' || row.status === 'failed') {
      return { reason: row.status, retryAfter };
    }
    if (row.status === 'expired' || row.late) return { reason: 'expired', retryAfter };
    return { reason: 'exhausted', retryAfter };
  }

  private async explainRefusedSend(phoneNumber: string): Promise<RefusedSend> {
    const bind = [phoneNumber, this.quotas, this.windows];
    const row = await this.first<{
      cooldown_wait: number | null;
      quota: number | null;
      window_seconds: number | null;
      window_wait: number | null;
    }>(sql.EXPLAIN_REFUSED_SEND, bind);
    const cooldown = row?.cooldown_wait ?? 0;
    const retryAfter = wholeSeconds(Math.max(cooldown, row?.window_wait ?? 0));
    if (row?.quota == null || row.window_seconds == null) return { by: 'cooldown', retryAfter };
    const limit = { name: 'send-per-phone', quota: row.quota, windowSeconds: row.window_seconds };
    return { by: 'send-per-phone', retryAfter, limit };
  }

  private async first<Row extends object>(text: string, bind: unknown[]): Promise<Row | undefined> {
    const rows = await this.db.query<Row>(text, { bind, type: QueryTypes.SELECT });
    return rows[0];
  }

  private async run(text: string, bind: unknown[]): Promise<void> {
    await this.db.query(text, { bind, type: QueryTypes.SELECT });
  }
}

/** Rounded up, so that waiting that long is enough. */
function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}
