import type {
  Binding,
  Channel,
  DenialReason,
  DeviceFacts,
  Verification,
} from '../../domain/verification.js';

export interface StartRequest {
  /** Never leaves the service: the id is the holder's secret. */
  verificationId: string;
  /** E.164. */
  phoneNumber: string;
  channel: Channel;
  purpose: string;
  /** BCP 47; the provider falls back to its own default. */
  locale: string | null;
  /** The payment that the message must name; only for providers that support a binding. */
  binding?: Binding | null;
  /** Our reference, unique per send. Finds a send again whose answer was lost. */
  sendReference: string;
  ttlSeconds: number;
  /** Name in messages that this service writes; undefined: the configured one. */
  brand?: string | undefined;
  /** Digits of codes that this service makes; undefined: the configured number. */
  codeLength?: number | undefined;
  /** When the code expires, by the database's clock. */
  expiresAt: Date;
  /** Time limit of the whole send. */
  timeoutMs: number;
}

/** The result of an accepted send. */
export interface SendResult {
  /** The provider's id of the send; null when it has none. */
  providerReference: string | null;
  /** Digits; null when the provider does not say. */
  codeLength: number | null;
  /** The provider's id of the message, when delivery reports carry that id instead. */
  providerMessageId?: string;
  /** Data for the client device; only for `flashcall` and `seamless`. */
  device?: DeviceFacts;
}

export type CheckSubject = Pick<
  Verification,
  'id' | 'phoneNumber' | 'channel' | 'purpose' | 'sendReference' | 'providerReference'
> &
  Partial<Pick<Verification, 'binding'>>;

export type CheckOutcome = { approved: true } | { approved: false; reason: DenialReason };

/**
 * Sends codes and checks them. A wrong or expired code is a returned value; every failure is a
 * `ProviderError`, whose kind says whether the provider may have acted. Neither method is retried for one
 * request.
 */
export interface VerificationProvider {
  readonly name: string;
  readonly channels: ReadonlySet<Channel>;
  /** Whether the message names the payment that the code confirms. */
  readonly supportsBinding: boolean;
  /** Sends a code. @throws ProviderError */
  start(request: StartRequest): Promise<SendResult>;
  /** Checks a code. @throws ProviderError */
  check(subject: CheckSubject, code: string): Promise<CheckOutcome>;
  /** Whether the provider has approved a code of this send; absent if it cannot be asked. @throws ProviderError */
  readonly wasApproved?: (subject: CheckSubject) => Promise<boolean>;
}
