/** How a code travels. */
export const CHANNELS = ['sms', 'voice', 'flashcall', 'whatsapp', 'seamless'] as const;
export type Channel = (typeof CHANNELS)[number];

export function isChannel(name: string): name is Channel {
  return CHANNELS.some((channel) => channel === name);
}

/** `sending → pending → verified`, or one of the three ends without success. */
export const VERIFICATION_STATUSES = [
  'sending',
  'pending',
  'verified',
  'failed',
  'expired',
  'cancelled',
] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** What the timeline of a verification records. */
export const VERIFICATION_EVENTS = [
  'requested',
  'sent',
  'failed_over',
  'outcome_unknown',
  'failed',
  'resend_requested',
  'resend_failed',
  'denied',
  'check_failed',
  'delivered',
  'undelivered',
  'verified',
  'cancelled',
  'expired',
] as const;
export type VerificationEventType = (typeof VERIFICATION_EVENTS)[number];

/** What is given in place of a code once the device has opened the address of a seamless verification. */
export const SEAMLESS_CODE = 'seamless';

/** What the device of the user needs for its part in a verification. */
export interface DeviceFacts {
  /** Flash call: a regular expression for the number that will call. */
  cliFilter?: string;
  /** Seamless: the address that the device opens over its mobile data link. */
  targetUri?: string;
}

/** A payment that a verification is about: what its message names, and what its proof is good for. */
export interface Binding {
  /** As it is written, with a point: `39.99`. */
  amount: string;
  /** ISO 4217, in capitals. */
  currency: string;
  payee: string;
}

/** The part of a verification that a check needs to know. */
export interface VerificationFacts {
  id: string;
  phoneNumber: string;
  country: string;
  purpose: string;
  channel: Channel;
  reference: string | null;
  /** The one payment that it confirms; null for everything else. */
  binding: Binding | null;
  provider: string;
  /** Our own id of the one send, given to the provider. Never the holder's id. */
  sendReference: string;
  /** The provider's id; null while the provider has not told it. */
  providerReference: string | null;
  attempts: number;
  maxAttempts: number;
}

/** Who spends an attempt: the holder of the id, or a caller who knows only the number. They are counted apart. */
export type TakenBy = 'holder' | 'phone';

/** A verification with an attempt spent on it, before the code is compared. */
export interface TakenVerification extends VerificationFacts {
  takenBy: TakenBy;
}

/** One verification as the flows see it. Times come from the database clock. */
export interface Verification extends VerificationFacts {
  locale: string | null;
  status: VerificationStatus;
  codeLength: number | null;
  /** Known while the send is answered, and not kept. */
  device: DeviceFacts | null;
  expiresAt: Date;
  resendAt: Date;
  verifiedAt: Date | null;
  createdAt: Date;
}

/** Why a provider does not approve a code. Only `wrong_code` says that another try can succeed. */
export type DenialReason = 'wrong_code' | 'expired' | 'cancelled' | 'failed';
