import type {
  Binding,
  Channel,
  DenialReason,
  DeviceFacts,
  Verification,
} from '../../domain/verification.js';

/** What a provider is asked to carry out. */
export interface StartRequest {
  /** Whose code it is to be. Never told to anybody outside: whoever has it is the holder. */
  verificationId: string;
  /** E.164. */
  phoneNumber: string;
  channel: Channel;
  purpose: string;
  /** BCP 47; the provider falls back to its own default. */
  locale: string | null;
  /** The payment that the message has to name; only where the provider's text is ours. */
  binding?: Binding | null;
  /** Ours, unique per send; a provider that keeps it can be asked what became of a lost call. */
  sendReference: string;
  ttlSeconds: number;
  /** The end of that time, by the clock of the database. */
  expiresAt: Date;
  /** Milliseconds that the whole of it may take. */
  timeoutMs: number;
}

/** What is known once the provider has accepted a send. */
export interface SendResult {
  /** The provider's id; null where it has none. */
  providerReference: string | null;
  /** Null where the provider does not tell. */
  codeLength: number | null;
  /** The provider's id of the one message, where its delivery reports name nothing else. */
  providerMessageId?: string;
  /** What the device needs to know; only for channels where it takes part. */
  device?: DeviceFacts;
}

/** The parts of a verification that a check may need. */
export type CheckSubject = Pick<
  Verification,
  'id' | 'phoneNumber' | 'channel' | 'purpose' | 'sendReference' | 'providerReference'
> &
  Partial<Pick<Verification, 'binding'>>;

export type CheckOutcome = { approved: true } | { approved: false; reason: DenialReason };

/**
 * Somebody who sends codes and judges them. A wrong or late code is a value; a failure to do the work is a
 * `ProviderError`. Neither method is ever called twice for one request.
 */
export interface VerificationProvider {
  readonly name: string;
  readonly channels: ReadonlySet<Channel>;
  /** Whether the text is ours and names the payment that it is about. */
  readonly supportsBinding: boolean;
  start(request: StartRequest): Promise<SendResult>;
  check(subject: CheckSubject, code: string): Promise<CheckOutcome>;
}
