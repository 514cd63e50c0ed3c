import type { Statements } from '../../database/statements.js';
import * as sql from './delivery.sql.js';

/** What a provider says of a message that it took. */
export interface DeliveryReport {
  type: 'delivered' | 'undelivered';
  /** A word of ours, never a provider's text. */
  reason?: string;
}

/** How a report names its message: by our reference of the send, or by the provider's own id. */
export type MessageReference = { sendReference: string } | { messageId: string };

export type RecordedReport =
  { outcome: 'recorded' | 'duplicate'; verificationId: string } | { outcome: 'unknown' };

/** Owns what callbacks write: delivery on the timeline, and the length of codes of our own. */
export class DeliveryService {
  constructor(private readonly statements: Statements) {}

  /** Puts a report on the timeline, once for each send. */
  async record(
    provider: string,
    message: MessageReference,
    { type, reason }: DeliveryReport,
  ): Promise<RecordedReport> {
    const [statement, name] =
      'messageId' in message
        ? [sql.RECORD_BY_MESSAGE, message.messageId]
        : [sql.RECORD_BY_REFERENCE, message.sendReference];
    const bind = [provider, name, type, reason ?? null];
    const row = await this.statements.first<{ id: string; is_first: boolean }>(statement, bind);
    if (!row) return { outcome: 'unknown' };
    return { outcome: row.is_first ? 'recorded' : 'duplicate', verificationId: row.id };
  }

  /**
   * The verification whose send a provider may carry out now; undefined when there is none.
   * @param codeLength digits of the code that is chosen for it here; null when the provider chooses
   */
  async authorizeSend(
    provider: string,
    sendReference: string,
    sendWindowSeconds: number,
    codeLength: number | null,
  ): Promise<string | undefined> {
    // The request that waits for this answer is one that was begun.
    const row = await this.statements.finishing.first<{ id: string }>(sql.AUTHORIZE_SEND, [
      ...[provider, sendReference, sendWindowSeconds, codeLength],
    ]);
    return row?.id;
  }
}
