import type { Batcher } from '../../database/batcher.js';
import type { Statements } from '../../database/statements.js';
import type { Channel, Verification } from '../../domain/verification.js';
import { patternsOf, type NumberLimits } from '../limits/number-limits.js';
import {
  openings,
  sentOnes,
  type Opening,
  type OpeningRules,
  type OpenRow,
  type Sent,
  type SentRow,
} from './batches.js';
import { toVerification, type VerificationRow } from './rows.js';
import * as sql from './records.sql.js';
import { refusalOf, type Refusal, type RefusalRow } from '../limits/refusals.js';

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
  | 'binding'
> & {
  /** The login that it is the second factor of; its code is then good for nothing else. */
  loginId: string | null;
};

/** A new code on its way for a verification that is still open. */
export interface Resend {
  sendReference: string;
  provider: string;
  channel: Channel;
}

export interface SentFactsRecord {
  providerReference: string | null;
  codeLength: number | null;
  providerMessageId?: string | undefined;
}

/** A send that goes on to another provider. */
export interface FailOver {
  provider: string;
  sendReference: string;
  reason: string;
}

type ResendRow = RefusalRow & VerificationRow & { new_expires_at: Date };

/** Owns the tables `verifications`, `verification_events`, `phone_limits` and `limit_counters`, as far as sends go. */
export class VerificationRecordService {
  private readonly openings: Batcher<Opening, OpenRow>;
  private readonly sent: Batcher<Sent, SentRow>;

  constructor(
    private readonly statements: Statements,
    private readonly limits: NumberLimits,
    private readonly rules: OpeningRules,
  ) {
    this.openings = openings(statements, limits, rules);
    this.sent = sentOnes(statements);
  }

  /** Counts the send and opens the row, in status `sending`, in one transaction; or says what refuses it. */
  async open(
    fresh: NewVerification,
    idempotencyKey: string | null,
  ): Promise<Verification | Refusal> {
    const { id, phoneNumber, country, purpose, channel, locale, reference, provider } = fresh;
    const row = await this.openings.run({
      ...{ id, phone_number: phoneNumber, country, purpose, channel, locale, reference, provider },
      ...{ send_reference: fresh.sendReference, key_hash: idempotencyKey },
      ...{ login_id: fresh.loginId, binding: fresh.binding, patterns: patternsOf(phoneNumber) },
      ...this.limits.ofShared(phoneNumber, country),
    });
    if (!row) throw new Error('OPEN returned nothing');
    return this.refusalOf(row) ?? this.opened(fresh, row);
  }

  /**
   * The same for a new code of `held`, which comes back as the resend would make it. Undefined when it is not open any
   * more or another resend is on its way.
   */
  async beginResend(
    held: Verification,
    resend: Resend,
    idempotencyKey: string | null,
  ): Promise<Verification | Refusal | undefined> {
    const row = await this.statements.first<ResendRow>(sql.BEGIN_RESEND, [
      ...[held.id, resend.sendReference, resend.channel, idempotencyKey, resend.provider],
      ...[this.rules.ttlSeconds, ...this.takeBy(held.phoneNumber, held.country)],
    ]);
    return (
      row &&
      (this.refusalOf(row) ?? { ...toVerification(row), ...resend, expiresAt: row.new_expires_at })
    );
  }

  /** Undefined when the row has moved on meanwhile. */
  async markSent(sending: Verification, facts: SentFactsRecord): Promise<Verification | undefined> {
    const { providerReference, codeLength, providerMessageId = null } = facts;
    const row = await this.sent.run({
      ...{ id: sending.id, provider_reference: providerReference },
      ...{ code_length: codeLength, provider_message_id: providerMessageId },
    });
    return row && { ...sending, status: 'pending', providerReference, codeLength: row.code_length };
  }

  /** Hands an unfinished send on; undefined when the row has moved on meanwhile. */
  async failOver(sending: Verification, to: FailOver): Promise<Verification | undefined> {
    const row = await this.handOn(sql.FAIL_OVER, sending, to);
    return row && toVerification(row);
  }

  /** The same for a resend: `resending` is the verification as the resend would make it, and so is what comes back. */
  async failOverResend(resending: Verification, to: FailOver): Promise<Verification | undefined> {
    const row = await this.handOn(sql.FAIL_OVER_RESEND, resending, to);
    const { provider, sendReference } = to;
    return row && { ...resending, provider, sendReference };
  }

  async markOutcomeUnknown(id: string): Promise<void> {
    await this.statements.finishing.all(sql.MARK_OUTCOME_UNKNOWN, [id]);
  }

  /**
   * The new code is the only one from now on. Undefined when the row has moved on meanwhile.
   * @param facts undefined when the provider's answer was lost
   */
  async markResent(
    resent: Pick<Verification, 'id' | 'sendReference'>,
    facts: SentFactsRecord | undefined,
  ): Promise<Verification | undefined> {
    const { providerReference = null, codeLength = null, providerMessageId = null } = facts ?? {};
    const row = await this.statements.finishing.first<VerificationRow>(sql.MARK_RESENT, [
      ...[resent.id, resent.sendReference, providerReference, codeLength],
      ...[this.rules.ttlSeconds, facts !== undefined, providerMessageId],
    ]);
    return row && toVerification(row);
  }

  /** @param giveBack whether the send is returned: only when nobody can have received anything */
  async markFailed(opened: Verification, failure: string, giveBack: boolean): Promise<void> {
    await this.end(sql.MARK_FAILED, opened, failure, giveBack);
  }

  /** As {@link markFailed}, for the verification as the resend would have made it; the code before stays good. */
  async markResendFailed(resent: Verification, failure: string, giveBack: boolean): Promise<void> {
    await this.end(sql.MARK_RESEND_FAILED, resent, failure, giveBack);
  }

  /** Whether it was open and is cancelled now. */
  async cancel(id: string): Promise<boolean> {
    return (await this.statements.first(sql.CANCEL, [id])) !== undefined;
  }

  /** Its state, `expired` included, by the clock of the database. */
  async find(id: string): Promise<Verification | undefined> {
    const row = await this.statements.first<VerificationRow>(sql.FIND, [id]);
    return row && toVerification(row);
  }

  /** What was given and what the database has added: the rest of a new row is known. */
  private opened({ loginId: _, ...fresh }: NewVerification, row: OpenRow): Verification {
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

  private refusalOf(row: RefusalRow): Refusal | undefined {
    const refusal = refusalOf(row);
    return refusal && this.limits.asConfigured(refusal);
  }

  /** What `take_send` wants to know of a resend to the number, in its order. */
  private takeBy(phoneNumber: string, country: string): unknown[] {
    const { sends, guesses, shared } = this.limits.ofSend(phoneNumber, country, false);
    return [
      ...[patternsOf(phoneNumber), this.limits.cooldownSeconds, sends.quotas, sends.windows],
      ...[
        guesses.quotas,
        guesses.windows,
        shared.names,
        shared.keys,
        shared.quotas,
        shared.windows,
      ],
    ];
  }

  private handOn(
    statement: string,
    { id, sendReference }: Verification,
    to: FailOver,
  ): Promise<VerificationRow | undefined> {
    return this.statements.finishing.first<VerificationRow>(statement, [
      ...[id, to.provider, to.sendReference, sendReference, to.reason],
    ]);
  }

  private async end(
    statement: string,
    subject: Verification,
    failure: string,
    giveBack: boolean,
  ): Promise<void> {
    const { id, phoneNumber, country, sendReference } = subject;
    const { names, keys, windows } = this.limits.ofShared(phoneNumber, country);
    await this.statements.finishing.all(statement, [
      ...[id, failure, giveBack, names, keys, windows, patternsOf(phoneNumber), sendReference],
    ]);
  }
}
