import type { Batcher } from '../../database/batcher.js';
import type { DatabaseClock } from '../../database/clock.js';
import type { Statements } from '../../database/statements.js';
import { phoneKeyOf } from '../../domain/phone-key.js';
import { DEFAULT_SCOPE, type Budget } from '../../domain/scope.js';
import type { Channel, Verification } from '../../domain/verification.js';
import { newReference, newVerificationId } from '../../domain/verification-id.js';
import { patternsOf, type NumberLimits } from '../limits/number-limits.js';
import { refusalOf, type Refusal, type RefusalRow } from '../limits/refusals.js';
import {
  acceptedSends,
  openings,
  type Opening,
  type OpeningRules,
  type OpenRow,
  type SendItem,
  type Sent,
  type SentRow,
} from './batches.js';
import * as sql from './records.sql.js';
import { toVerification, type VerificationRow } from './rows.js';

export type NewVerification = Pick<
  Verification,
  | 'applicationId'
  | 'phoneNumber'
  | 'country'
  | 'purpose'
  | 'channel'
  | 'locale'
  | 'reference'
  | 'provider'
  | 'binding'
> & {
  /** The only login that the code can complete. */
  loginId: string | null;
  /** Lifetime of the code; undefined: the configured one. */
  ttlSeconds?: number | undefined;
};

/** A new code in transit for an open verification. */
export interface Resend {
  sendReference: string;
  provider: string;
  channel: Channel;
  locale: string | null;
  /** Lifetime of the code; undefined: the configured one. */
  ttlSeconds?: number | undefined;
}

export interface SentFactsRecord {
  providerReference: string | null;
  codeLength: number | null;
  providerMessageId?: string | undefined;
}

/** The next provider of a send. */
export interface FailOver {
  provider: string;
  sendReference: string;
  reason: string;
}

type ResendRow = RefusalRow & VerificationRow & { new_expires_at: Date };

/** Owns `verifications`. Its sends also write `verification_events`, `phone_limits` and `limit_counters`. */
export class VerificationRecordService {
  private readonly openings: Batcher<Opening, OpenRow>;
  private readonly acceptedSends: Batcher<Sent, SentRow>;

  constructor(
    private readonly statements: Statements,
    private readonly clock: DatabaseClock,
    private readonly limits: NumberLimits,
    private readonly rules: OpeningRules,
  ) {
    this.openings = openings(statements, limits, rules);
    this.acceptedSends = acceptedSends(statements);
  }

  /** Counts the send and inserts the row in status `sending`, in one transaction; or returns the refusal. */
  async open(
    fresh: NewVerification,
    budget: Budget,
    idempotencyKey: string | null,
  ): Promise<Verification | Refusal> {
    const id = newVerificationId(await this.clock.now());
    const sendReference = newReference(id);
    const row = await this.openings.run({
      ...this.sendItem(fresh, budget),
      id,
      country: fresh.country,
      purpose: fresh.purpose,
      channel: fresh.channel,
      locale: fresh.locale,
      reference: fresh.reference,
      provider: fresh.provider,
      send_reference: sendReference,
      key_hash: idempotencyKey,
      login_id: fresh.loginId,
      binding: fresh.binding,
      ttl: fresh.ttlSeconds ?? null,
    });
    if (!row) throw new Error('OPEN returned no row');
    return this.refusalOf(row, budget) ?? this.opened({ ...fresh, id, sendReference }, row);
  }

  /**
   * Counts a resend and returns the verification with its fields. Undefined when the verification is not
   * open or another resend is in progress.
   */
  async beginResend(
    held: Verification,
    { ttlSeconds = this.rules.ttlSeconds, ...resend }: Resend,
    budget: Budget,
    idempotencyKey: string | null,
  ): Promise<Verification | Refusal | undefined> {
    const { sends } = this.limits.ofNumber(false);
    const row = await this.statements.first<ResendRow>(sql.BEGIN_RESEND, [
      held.id,
      resend.sendReference,
      resend.channel,
      idempotencyKey,
      resend.provider,
      ttlSeconds,
      JSON.stringify([this.sendItem(held, budget)]),
      this.limits.cooldownSeconds,
      sends.quotas,
      sends.windows,
      resend.locale,
    ]);
    if (!row) return undefined;
    const refusal = this.refusalOf(row, budget);
    return refusal ?? { ...toVerification(row), ...resend, expiresAt: row.new_expires_at };
  }

  /** Undefined when the row has changed meanwhile. */
  async markSent(sending: Verification, facts: SentFactsRecord): Promise<Verification | undefined> {
    const { providerReference, codeLength, providerMessageId = null } = facts;
    const row = await this.acceptedSends.run({
      id: sending.id,
      provider_reference: providerReference,
      code_length: codeLength,
      provider_message_id: providerMessageId,
    });
    return row && { ...sending, status: 'pending', providerReference, codeLength: row.code_length };
  }

  /** Moves a pending send to another provider. Undefined when the row has changed meanwhile. */
  async failOver(sending: Verification, to: FailOver): Promise<Verification | undefined> {
    const row = await this.handOn(sql.FAIL_OVER, sending, to);
    return row && toVerification(row);
  }

  /**
   * Moves a pending resend to another provider. Takes and returns the verification with the fields of the
   * resend.
   */
  async failOverResend(resending: Verification, to: FailOver): Promise<Verification | undefined> {
    const row = await this.handOn(sql.FAIL_OVER_RESEND, resending, to);
    const { provider, sendReference } = to;
    return row && { ...resending, provider, sendReference };
  }

  async markOutcomeUnknown(id: string): Promise<void> {
    await this.statements.finishing.all(sql.MARK_OUTCOME_UNKNOWN, [id]);
  }

  /**
   * Makes the new code the only valid one. Undefined when the row has changed meanwhile.
   * @param facts undefined when the provider's response was lost
   * @param ttlSeconds lifetime of the code
   */
  async markResent(
    { id, sendReference }: Pick<Verification, 'id' | 'sendReference'>,
    facts: SentFactsRecord | undefined,
    ttlSeconds = this.rules.ttlSeconds,
  ): Promise<Verification | undefined> {
    const { providerReference = null, codeLength = null, providerMessageId = null } = facts ?? {};
    const row = await this.statements.finishing.first<VerificationRow>(sql.MARK_RESENT, [
      id,
      sendReference,
      providerReference,
      codeLength,
      ttlSeconds,
      facts !== undefined,
      providerMessageId,
    ]);
    return row && toVerification(row);
  }

  /** @param refund the budget that gets the send back, if the message was certainly not sent */
  async markFailed(opened: Verification, failure: string, refund?: Budget): Promise<void> {
    await this.end(sql.MARK_FAILED, opened, failure, refund);
  }

  /**
   * Like {@link markFailed} for a resend; takes the verification with the fields of the resend. The old code
   * stays valid.
   */
  async markResendFailed(resent: Verification, failure: string, refund?: Budget): Promise<void> {
    await this.end(sql.MARK_RESEND_FAILED, resent, failure, refund);
  }

  /** Returns whether the application's verification was open. */
  async cancel(id: string, applicationId: string): Promise<boolean> {
    return (await this.statements.first(sql.CANCEL, [id, applicationId])) !== undefined;
  }

  /**
   * Reports an expired verification as `expired`, by the database's clock.
   * @param applicationId another application's verification is undefined; without one, any is found
   */
  async find(id: string, applicationId?: string): Promise<Verification | undefined> {
    const bind = [id, applicationId ?? null];
    const row = await this.statements.first<VerificationRow>(sql.FIND, bind);
    return row && toVerification(row);
  }

  /** Builds the new row without reading it back. */
  private opened(
    {
      loginId: _,
      ttlSeconds: __,
      ...fresh
    }: NewVerification & Pick<Verification, 'id' | 'sendReference'>,
    row: OpenRow,
  ): Verification {
    return {
      ...fresh,
      providerReference: null,
      status: 'sending',
      attempts: 0,
      maxAttempts: this.rules.maxAttempts,
      codeLength: null,
      device: null,
      expiresAt: row.expires_at,
      resendAt: row.resend_at,
      verifiedAt: null,
      createdAt: row.created_at,
    };
  }

  private refusalOf(row: RefusalRow, budget: Budget): Refusal | undefined {
    const refusal = refusalOf(row);
    return refusal && this.limits.asConfigured(refusal, budget);
  }

  private sendItem(
    {
      applicationId,
      phoneNumber,
      country,
    }: Pick<Verification, 'applicationId' | 'phoneNumber' | 'country'>,
    budget: Budget,
  ): SendItem {
    return {
      ...this.limits.ofShared(phoneNumber, country, budget),
      application_id: applicationId,
      phone_key: phoneKeyOf(phoneNumber),
      phone_number: phoneNumber,
      patterns: patternsOf(phoneNumber),
    };
  }

  private handOn(
    statement: string,
    { id, sendReference }: Verification,
    to: FailOver,
  ): Promise<VerificationRow | undefined> {
    const bind = [id, to.provider, to.sendReference, sendReference, to.reason];
    return this.statements.finishing.first<VerificationRow>(statement, bind);
  }

  private async end(
    statement: string,
    { id, phoneNumber, country, sendReference }: Verification,
    failure: string,
    refund: Budget | undefined,
  ): Promise<void> {
    const { names, keys, windows, verified } = this.limits.ofShared(
      phoneNumber,
      country,
      refund ?? DEFAULT_SCOPE.budget,
    );
    await this.statements.finishing.all(statement, [
      id,
      failure,
      refund !== undefined,
      names,
      keys,
      windows,
      patternsOf(phoneNumber),
      sendReference,
      verified,
      phoneNumber,
    ]);
  }
}
