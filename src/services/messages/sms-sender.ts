export interface SmsMessage {
  /** E.164. */
  to: string;
  text: string;
  /** When the code expires. The message must not arrive later. */
  expiresAt: Date;
  /** Our send reference, unique per send; delivery reports return it. */
  reference: string;
  /** Time limit of the whole send. */
  timeoutMs: number;
}

/** Delivers text messages. It never generates or checks codes. */
export interface SmsSender {
  readonly name: string;
  /**
   * Resolves with the sender's message id once the message is accepted, not delivered. Never retried.
   * @throws ProviderError
   */
  send(message: SmsMessage): Promise<{ messageId: string }>;
}
