import type { Statements } from '../../database/statements.js';
import * as sql from './delivery.sql.js';

export interface DeliveryReport {
  type: 'delivered' | 'undelivered';
  /** A constant of this service, never a provider's text. */
  reason?: string;
}

/** Identifies a report's message: our send reference or the provider's message id. */
export type MessageReference = { sendReference: string } | { messageId: string };

export type RecordedReport =
  { outcome: 'recorded' | 'duplicate'; verificationId: string } | { outcome: 'unknown' };

/** Writes what callbacks report: delivery events, and the length of codes set by a callback. */
export class DeliveryService {
  constructor(private readonly statements: Statements) {}

  /** Adds the first report of each send to the timeline. */
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
   * The verification whose send is in progress under this reference; undefined when there is none.
   * @param codeLength digits of the code set by the callback; null when the provider generates it
   */
  async authorizeSend(
    provider: string,
    sendReference: string,
    sendWindowSeconds: number,
    codeLength: number | null,
  ): Promise<string | undefined> {
    // Completes a started send, so it has priority over new requests.
    const bind = [provider, sendReference, sendWindowSeconds, codeLength];
    const row = await this.statements.finishing.first<{ id: string }>(sql.AUTHORIZE_SEND, bind);
    return row?.id;
  }
}
