/** One text message with a code of ours. */
export interface SmsMessage {
  /** E.164. */
  to: string;
  /** The whole text, the code in it. */
  text: string;
  /** Until when the code is good: a message that is later than that is better not delivered at all. */
  expiresAt: Date;
  /** Ours, unique per send; comes back in delivery reports. */
  reference: string;
  /** Milliseconds that the whole of it may take. */
  timeoutMs: number;
}

/**
 * Somebody who delivers text messages. Resolves with the provider's id of the message once it is accepted, which
 * is not delivery. Fails with a `ProviderError`. Never called twice for one message.
 */
export interface SmsSender {
  readonly name: string;
  send(message: SmsMessage): Promise<{ messageId: string }>;
}
