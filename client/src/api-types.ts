// Made from the OpenAPI document of the service by: npm run docs:client

export interface RequestOtpBody {
  /** Phone number in E.164 format, or a national number together with `country` */
  phoneNumber: string;
  /** Country of a national number (ISO 3166-1 alpha-2) */
  country?: string;
  /** How the code is delivered */
  channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** What the proof is for; a code is only valid for its own purpose */
  purpose?: string;
  /** Language of the message (BCP 47); a language without texts falls back to a related one, or to English */
  locale?: string;
  /** The caller's own id, stored and returned */
  reference?: string;
  /** The payment that the code confirms, with purpose `transaction`; the message shows it and the proof contains it */
  binding?: {
    amount: string;
    currency: string;
    payee: string;
  };
  /** The end user; only with a secret key, whose requests have no limits per address without it */
  client?: {
    /** Limits per address count it */
    ip: string;
    userAgent?: string;
    deviceId?: string;
  };
}

export interface RequestOtpResponse {
  message: 'OTP sent successfully.';
  /** Id of the verification */
  verificationId: string;
  /** Phone number in E.164 format, or a national number together with `country` */
  phoneNumber: string;
  /** How the code is delivered */
  channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** What the proof is for; a code is only valid for its own purpose */
  purpose: string;
  status: 'pending';
  /** RFC 3339 timestamp, UTC */
  expiresAt: string;
  /** RFC 3339 timestamp, UTC */
  resendAt: string;
  attemptsRemaining: number;
  /** null if the provider does not report it */
  codeLength: number | null;
  /** Flash call: regular expression that matches the number that will call */
  cliFilter?: string;
  /** Seamless: URL that the device opens over mobile data */
  targetUri?: string;
  /** The caller's own id, stored and returned */
  reference?: string;
}

export interface VerifyOtpBody {
  /** Id of the verification */
  verificationId?: string;
  /** Phone number in E.164 format, or a national number together with `country` */
  phoneNumber?: string;
  /** Country of a national number (ISO 3166-1 alpha-2) */
  country?: string;
  /** What the proof is for; a code is only valid for its own purpose */
  purpose?: string;
  /** The code as the user entered it, 4 to 10 digits of any script, also as `12 34`, `12-34` or `G-1234`; for a flash call, the caller's number in E.164 format; `seamless` after the device has opened `targetUri` */
  code?: string;
  /** Alternative name of `code` */
  pin?: string;
  /** The end user; only with a secret key, whose requests have no limits per address without it */
  client?: {
    /** Limits per address count it */
    ip: string;
    userAgent?: string;
    deviceId?: string;
  };
}

export interface VerifyOtpResponse {
  message: 'OTP verified successfully.';
  /** Id of the verification */
  verificationId: string;
  /** Phone number in E.164 format, or a national number together with `country` */
  phoneNumber: string;
  /** What the proof is for; a code is only valid for its own purpose */
  purpose: string;
  /** How the code is delivered */
  channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  status: 'verified';
  /** RFC 3339 timestamp, UTC */
  verifiedAt: string;
  /** Signed JWT, typ phone-proof+jwt; keys at /.well-known/jwks.json */
  proof: string;
  /** RFC 3339 timestamp, UTC */
  proofExpiresAt: string;
  /** The caller's own id, stored and returned */
  reference?: string;
}

export interface ResendBody {
  /** How the code is delivered */
  channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** Language of the message (BCP 47); a language without texts falls back to a related one, or to English */
  locale?: string;
  /** The end user; only with a secret key, whose requests have no limits per address without it */
  client?: {
    /** Limits per address count it */
    ip: string;
    userAgent?: string;
    deviceId?: string;
  };
}

export interface VerificationResponse {
  /** Id of the verification */
  verificationId: string;
  /** Phone number in E.164 format, or a national number together with `country` */
  phoneNumber: string;
  /** How the code is delivered */
  channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
  /** What the proof is for; a code is only valid for its own purpose */
  purpose: string;
  status: 'sending' | 'pending' | 'verified' | 'failed' | 'expired' | 'cancelled';
  /** RFC 3339 timestamp, UTC */
  expiresAt: string;
  /** RFC 3339 timestamp, UTC */
  resendAt: string;
  attemptsRemaining: number;
  verifiedAt: string | null;
  /** RFC 3339 timestamp, UTC */
  createdAt: string;
  /** The caller's own id, stored and returned */
  reference?: string;
  timeline: {
    type: string;
    /** RFC 3339 timestamp, UTC */
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
  /** What happened or what to do, for people */
  detail: string;
  /** urn:proofline:request:<requestId> */
  instance: string;
  /** Stable; branch on this */
  code: 'invalid_request' | 'invalid_phone_number' | 'code_invalid' | 'callback_refused' | 'credentials_invalid' | 'token_invalid' | 'key_invalid' | 'proof_invalid' | 'not_permitted' | 'origin_not_allowed' | 'region_not_allowed' | 'number_type_not_allowed' | 'number_blocked' | 'fresh_login_required' | 'account_locked' | 'verification_not_found' | 'application_not_found' | 'key_not_found' | 'webhook_not_found' | 'user_not_found' | 'rule_not_found' | 'totp_not_found' | 'not_found' | 'method_not_allowed' | 'already_verified' | 'application_exists' | 'webhook_limit' | 'idempotency_in_progress' | 'proof_spent' | 'totp_active' | 'code_expired' | 'verification_cancelled' | 'verification_failed' | 'payload_too_large' | 'unsupported_media_type' | 'idempotency_key_reused' | 'cooldown' | 'rate_limited' | 'attempts_exhausted' | 'internal_error' | 'provider_rejected' | 'provider_unavailable' | 'service_unavailable' | 'provider_outcome_unknown';
  requestId: string;
  errors?: {
    /** JSON pointer (RFC 6901) */
    pointer: string;
    message: string;
  }[];
  attemptsRemaining?: number;
  /** Seconds to wait before the next attempt */
  retryAfter?: number;
  /** Name of the limit that was exceeded */
  limit?: string;
  /** Id of the verification */
  verificationId?: string;
  /** Right that the caller lacks: an operation id, or a finer right such as `transaction` */
  right?: string;
}
