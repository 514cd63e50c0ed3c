export const CHANNELS = ['sms', 'voice', 'flashcall', 'whatsapp', 'seamless'] as const;
export type Channel = (typeof CHANNELS)[number];

export function isChannel(name: string): name is Channel {
  return CHANNELS.some((channel) => channel === name);
}

/** `sending → pending → verified`, or one of three unsuccessful final states. */
export const VERIFICATION_STATUSES = [
  'sending',
  'pending',
  'verified',
  'failed',
  'expired',
  'cancelled',
] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

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

/** Replaces the code after the device has opened the URL of a seamless verification. */
export const SEAMLESS_CODE = 'seamless';

export interface DeviceFacts {
  /** Flash call: regular expression that matches the calling number. */
  cliFilter?: string;
  /** Seamless: URL that the device opens over mobile data. */
  targetUri?: string;
}

/** The payment that a verification confirms. The message shows it and the proof contains it. */
export interface Binding {
  /** Decimal number with a point: `39.99`. */
  amount: string;
  /** Upper-case ISO 4217 code. */
  currency: string;
  payee: string;
}

/** The fields of a verification that a check needs. */
export interface VerificationFacts {
  id: string;
  phoneNumber: string;
  country: string;
  purpose: string;
  channel: Channel;
  reference: string | null;
  /** The payment to confirm; null for other purposes. */
  binding: Binding | null;
  provider: string;
  /** Our reference of the send at the provider. Never the verification's id. */
  sendReference: string;
  /** The provider's id of the send; null until known. */
  providerReference: string | null;
  attempts: number;
  maxAttempts: number;
}

/**
 * The caller who spends an attempt: the holder of the id, or one who knows only the number. Each has a
 * separate count.
 */
export type TakenBy = 'holder' | 'phone';

/** A verification with an attempt spent, before the code is compared. `attempts` counts those of `takenBy`. */
export interface TakenVerification extends VerificationFacts {
  takenBy: TakenBy;
}

/** An Idempotency-Key of a check, as the database knows it. */
export interface CheckKey {
  keyHash: string;
  /** Keyed with the Idempotency-Key, because the body contains a code. */
  requestHash: string;
}

/** What a claim of a check's key found. `verified`: the check with this key has succeeded. */
export type CheckKeyState =
  { kind: 'fresh' | 'in_progress' | 'reused' } | { kind: 'verified'; verificationId: string };

/** A verification. Times are from the database clock. */
export interface Verification extends VerificationFacts {
  applicationId: string;
  locale: string | null;
  status: VerificationStatus;
  codeLength: number | null;
  /** Only known in the response to the send; not stored. */
  device: DeviceFacts | null;
  expiresAt: Date;
  resendAt: Date;
  verifiedAt: Date | null;
  createdAt: Date;
}

/** Why a provider denies a code. Another attempt can succeed only after `wrong_code`. */
export type DenialReason = 'wrong_code' | 'expired' | 'cancelled' | 'failed';
