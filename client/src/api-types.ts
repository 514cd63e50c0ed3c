// Made from the OpenAPI document of the service by: npm run docs:client

export interface RequestOtpBody {
  /** E.164, or a national number together with `country` */
  phoneNumber: string;
  /** ISO 3166-1 alpha-2, for national numbers */
  country?: string;
  /** How the code travels */
  channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** What the proof is for; a code for one purpose is worthless for another */
  purpose?: string;
  /** Language of the message (BCP 47) */
  locale?: string;
  /** The caller's own id, kept and returned */
  reference?: string;
  /** The payment that the code confirms, with purpose `transaction`: the message names it and the proof carries it */
  binding?: {
    amount: string;
    currency: string;
    payee: string;
  };
}

export interface RequestOtpResponse {
  message: 'OTP sent successfully.';
  /** The handle of one verification */
  verificationId: string;
  /** E.164, or a national number together with `country` */
  phoneNumber: string;
  /** How the code travels */
  channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** What the proof is for; a code for one purpose is worthless for another */
  purpose: string;
  status: 'pending';
  /** RFC 3339, UTC */
  expiresAt: string;
  /** RFC 3339, UTC */
  resendAt: string;
  attemptsRemaining: number;
  /** null where the provider does not tell */
  codeLength: number | null;
  /** Flash call: a regular expression for the number that will call */
  cliFilter?: string;
  /** Seamless: the address that the device opens over its mobile data link */
  targetUri?: string;
  /** The caller's own id, kept and returned */
  reference?: string;
}

export interface VerifyOtpBody {
  /** The handle of one verification */
  verificationId?: string;
  /** E.164, or a national number together with `country` */
  phoneNumber?: string;
  /** ISO 3166-1 alpha-2, for national numbers */
  country?: string;
  /** What the proof is for; a code for one purpose is worthless for another */
  purpose?: string;
  /** The code as the person typed it; after a flash call the number that called, in E.164; `seamless` once the device has opened `targetUri` */
  code?: string;
  /** accepted in place of `code` */
  pin?: string;
}

export interface VerifyOtpResponse {
  message: 'OTP verified successfully.';
  /** The handle of one verification */
  verificationId: string;
  /** E.164, or a national number together with `country` */
  phoneNumber: string;
  /** What the proof is for; a code for one purpose is worthless for another */
  purpose: string;
  /** How the code travels */
  channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  status: 'verified';
  /** RFC 3339, UTC */
  verifiedAt: string;
  /** Signed JWT, typ phone-proof+jwt; keys at /.well-known/jwks.json */
  proof: string;
  /** RFC 3339, UTC */
  proofExpiresAt: string;
  /** The caller's own id, kept and returned */
  reference?: string;
}

export interface ResendBody {
  /** How the code travels */
  channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
}

export interface VerificationResponse {
  /** The handle of one verification */
  verificationId: string;
  /** E.164, or a national number together with `country` */
  phoneNumber: string;
  /** How the code travels */
  channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** What the proof is for; a code for one purpose is worthless for another */
  purpose: string;
  status: 'sending' | 'pending' | 'verified' | 'failed' | 'expired' | 'cancelled';
  /** RFC 3339, UTC */
  expiresAt: string;
  /** RFC 3339, UTC */
  resendAt: string;
  attemptsRemaining: number;
  verifiedAt: string | null;
  /** RFC 3339, UTC */
  createdAt: string;
  /** The caller's own id, kept and returned */
  reference?: string;
  timeline: {
    type: string;
    /** RFC 3339, UTC */
    at: string;
    reason?: string;
    channel?: string;
    provider?: string;
  }[];
}

export interface Problem {
  /** urn:proofline:problem:<code> */
  type: string;
  title: string;
  status: number;
  /** What to do, for people */
  detail: string;
  /** urn:proofline:request:<requestId> */
  instance: string;
  /** Stable; decide by this */
  code: 'invalid_request' | 'invalid_phone_number' | 'code_invalid' | 'callback_refused' | 'credentials_invalid' | 'token_invalid' | 'proof_invalid' | 'region_not_allowed' | 'number_type_not_allowed' | 'number_blocked' | 'fresh_login_required' | 'account_locked' | 'verification_not_found' | 'totp_not_found' | 'not_found' | 'method_not_allowed' | 'already_verified' | 'idempotency_in_progress' | 'proof_spent' | 'totp_active' | 'code_expired' | 'verification_cancelled' | 'verification_failed' | 'payload_too_large' | 'unsupported_media_type' | 'idempotency_key_reused' | 'cooldown' | 'rate_limited' | 'attempts_exhausted' | 'internal_error' | 'provider_rejected' | 'provider_unavailable' | 'service_unavailable' | 'provider_outcome_unknown';
  requestId: string;
  errors?: {
    /** RFC 6901 */
    pointer: string;
    message: string;
  }[];
  attemptsRemaining?: number;
  /** Whole seconds; waiting this long is enough */
  retryAfter?: number;
  /** Which limit refused */
  limit?: string;
  /** The handle of one verification */
  verificationId?: string;
}
