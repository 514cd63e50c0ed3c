// Made from the OpenAPI document of the service by: npm run docs:client

/** Input and answer of each operation. */
export interface Operations {
  /** Send a code */
  requestOtp: {
    input: {
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
    };
    output: {
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
    };
  };
  /** Check a code */
  verifyOtp: {
    input: {
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
    };
    output: {
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
    };
  };
  /** Get a verification with its timeline */
  getVerification: {
    input: {
      /** Id of the verification */
      id: string;
    };
    output: {
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
    };
  };
  /** Cancel a verification */
  cancelVerification: {
    input: {
      /** Id of the verification */
      id: string;
    };
    output: {
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
    };
  };
  /** Send a new code */
  resendOtp: {
    input: {
      /** Id of the verification */
      id: string;
    } & {
      /** How the code is delivered */
      channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
      /** Language of the message (BCP 47); a language without texts falls back to a related one, or to English */
      locale?: string;
    };
    output: {
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
    };
  };
  /** Introspect a proof */
  introspectProof: {
    input: {
      /** The JWT that /verify-otp returned */
      proof: string;
    };
    output: {
      active: true;
      iss: string;
      aud: string;
      /** The verified phone number, E.164 */
      sub: string;
      /** Id of the verification */
      vid: string;
      /** What the proof is for; a code is only valid for its own purpose */
      purpose: string;
      /** How the code was delivered */
      amr: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
      iat: number;
      exp: number;
      jti: string;
      /** The payment that the code confirms, with purpose `transaction`; the message shows it and the proof contains it */
      binding?: {
        amount: string;
        currency: string;
        payee: string;
      };
      /** SHA-256 of the payment, base64url */
      binding_hash?: string;
    } | {
      active: false;
    };
  };
  /** Spend a proof */
  spendProof: {
    input: {
      /** The JWT that /verify-otp returned */
      proof: string;
    };
    output: {
      spent: true;
      iss: string;
      aud: string;
      /** The verified phone number, E.164 */
      sub: string;
      /** Id of the verification */
      vid: string;
      /** What the proof is for; a code is only valid for its own purpose */
      purpose: string;
      /** How the code was delivered */
      amr: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
      iat: number;
      exp: number;
      jti: string;
      /** The payment that the code confirms, with purpose `transaction`; the message shows it and the proof contains it */
      binding?: {
        amount: string;
        currency: string;
        payee: string;
      };
      /** SHA-256 of the payment, base64url */
      binding_hash?: string;
    };
  };
  /** Sign up */
  registerAccount: {
    input: {
      /** A proof with purpose `register`; the request spends it */
      proof: string;
      /** At least 8 characters of any kind; not a common password, and not similar to the phone number, the name or the name of this service */
      password: string;
      name?: string;
    };
    output: {
      accountId: string;
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      name: string | null;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
    };
  };
  /** Reset the password */
  resetPassword: {
    input: {
      /** A proof with purpose `password-reset`; the request spends it */
      proof: string;
      /** At least 8 characters of any kind; not a common password, and not similar to the phone number, the name or the name of this service */
      newPassword: string;
    };
    output: {
      status: 'password_changed';
    };
  };
  /** Get the current account */
  getAccount: {
    input: object;
    output: {
      accountId: string;
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      name: string | null;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** RFC 3339 timestamp, UTC */
      passwordChangedAt: string;
      /** Whether an authenticator app is the second factor */
      totp: boolean;
      /** Number of unused backup codes */
      backupCodes: number;
      /** sms_is_restricted: an attacker who takes over the number receives the codes (a restricted authenticator in NIST SP 800-63B); an authenticator app is safer */
      warnings: ('sms_is_restricted' | 'no_backup_codes')[];
      session: {
        sessionId: string;
        /** The second factor that was used to log in */
        factor: 'sms' | 'totp' | 'backup_code';
        /** RFC 3339 timestamp, UTC */
        authenticatedAt: string;
        /** RFC 3339 timestamp, UTC */
        lastUsedAt: string;
        /** RFC 3339 timestamp, UTC */
        expiresAt: string;
        fresh: boolean;
      };
    };
  };
  /** Delete the account */
  deleteAccount: {
    input: object;
    output: {
      status: 'removed';
    };
  };
  /** Change the password */
  changePassword: {
    input: {
      currentPassword: string;
      /** At least 8 characters of any kind; not a common password, and not similar to the phone number, the name or the name of this service */
      newPassword: string;
    };
    output: {
      status: 'password_changed';
    };
  };
  /** Change the phone number */
  changePhoneNumber: {
    input: {
      /** A proof of the new number with purpose `phone-change`; the request spends it */
      proof: string;
    };
    output: {
      accountId: string;
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      name: string | null;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
    };
  };
  /** Log in with the password */
  startLogin: {
    input: {
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      /** Country of a national number (ISO 3166-1 alpha-2) */
      country?: string;
      password: string;
    };
    output: {
      status: 'second_factor_required';
      /** Only valid for the second factor of this login */
      loginToken: string;
      /** Seconds */
      expiresIn: number;
      factors: ('sms' | 'totp' | 'backup_code')[];
      /** Present if a code was sent */
      verification?: {
        /** How the code is delivered */
        channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
        /** RFC 3339 timestamp, UTC */
        expiresAt: string;
        /** RFC 3339 timestamp, UTC */
        resendAt: string;
        /** null if the provider does not report it */
        codeLength: number | null;
        /** Flash call: regular expression that matches the number that will call */
        cliFilter?: string;
        /** Seamless: URL that the device opens over mobile data */
        targetUri?: string;
      };
    };
  };
  /** Log in with the second factor */
  completeLogin: {
    input: {
      /** The token that /auth/login returned */
      loginToken: string;
      factor: 'sms';
      /** The code as the user entered it, 4 to 10 digits of any script, also as `12 34`, `12-34` or `G-1234`; for a flash call, the caller's number in E.164 format; `seamless` after the device has opened `targetUri` */
      code: string;
    } | {
      /** The token that /auth/login returned */
      loginToken: string;
      factor: 'totp';
      code: string;
    } | {
      /** The token that /auth/login returned */
      loginToken: string;
      factor: 'backup_code';
      code: string;
    };
    output: {
      /** JWT, typ account-access+jwt; keys at /.well-known/jwks.json. Send it as a bearer token */
      accessToken: string;
      /** Can be used once, to get the next pair of tokens */
      refreshToken: string;
      /** Lifetime of the access token in seconds */
      expiresIn: number;
    };
  };
  /** Send the login code again */
  resendLoginCode: {
    input: {
      /** The token that /auth/login returned */
      loginToken: string;
      /** How the code is delivered */
      channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
    };
    output: {
      /** How the code is delivered */
      channel: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
      /** RFC 3339 timestamp, UTC */
      expiresAt: string;
      /** RFC 3339 timestamp, UTC */
      resendAt: string;
      /** null if the provider does not report it */
      codeLength: number | null;
      /** Flash call: regular expression that matches the number that will call */
      cliFilter?: string;
      /** Seamless: URL that the device opens over mobile data */
      targetUri?: string;
    };
  };
  /** Refresh the session */
  refreshSession: {
    input: {
      refreshToken: string;
    };
    output: {
      /** JWT, typ account-access+jwt; keys at /.well-known/jwks.json. Send it as a bearer token */
      accessToken: string;
      /** Can be used once, to get the next pair of tokens */
      refreshToken: string;
      /** Lifetime of the access token in seconds */
      expiresIn: number;
    };
  };
  /** Log out */
  endSession: {
    input: object;
    output: {
      status: 'logged_out';
    };
  };
  /** Log out of all sessions */
  endAllSessions: {
    input: object;
    output: {
      status: 'logged_out';
    };
  };
  /** List the sessions */
  listSessions: {
    input: object;
    output: {
      sessions: {
        sessionId: string;
        /** The second factor that was used to log in */
        factor: 'sms' | 'totp' | 'backup_code';
        /** RFC 3339 timestamp, UTC */
        authenticatedAt: string;
        /** RFC 3339 timestamp, UTC */
        lastUsedAt: string;
        /** RFC 3339 timestamp, UTC */
        expiresAt: string;
        current: boolean;
      }[];
    };
  };
  /** Set up an authenticator app */
  enrollTotp: {
    input: object;
    output: {
      /** Base 32, for manual entry; returned only once */
      secret: string;
      otpauthUrl: string;
      /** `otpauthUrl` as a QR code */
      qrSvg: string;
    };
  };
  /** Confirm the authenticator app */
  confirmTotp: {
    input: {
      code: string;
    };
    output: {
      status: 'totp_active';
    };
  };
  /** Remove the authenticator app */
  removeTotp: {
    input: object;
    output: {
      status: 'removed';
    };
  };
  /** Create backup codes */
  createBackupCodes: {
    input: object;
    output: {
      /** Each code can be used once; returned only once */
      codes: string[];
    };
  };
}

/** Method and path of each operation. */
export const OPERATIONS: Readonly<Record<keyof Operations, string>> = {
  requestOtp: 'POST /request-otp',
  verifyOtp: 'POST /verify-otp',
  getVerification: 'GET /verifications/{id}',
  cancelVerification: 'DELETE /verifications/{id}',
  resendOtp: 'POST /verifications/{id}/resend',
  introspectProof: 'POST /proofs/introspect',
  spendProof: 'POST /proofs/spend',
  registerAccount: 'POST /auth/register',
  resetPassword: 'POST /auth/password/reset',
  getAccount: 'GET /auth/me',
  deleteAccount: 'DELETE /auth/me',
  changePassword: 'POST /auth/password',
  changePhoneNumber: 'POST /auth/phone',
  startLogin: 'POST /auth/login',
  completeLogin: 'POST /auth/login/verify',
  resendLoginCode: 'POST /auth/login/resend',
  refreshSession: 'POST /auth/refresh',
  endSession: 'POST /auth/logout',
  endAllSessions: 'POST /auth/logout-all',
  listSessions: 'GET /auth/sessions',
  enrollTotp: 'POST /auth/totp/enroll',
  confirmTotp: 'POST /auth/totp/confirm',
  removeTotp: 'DELETE /auth/totp',
  createBackupCodes: 'POST /auth/backup-codes',
};

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
  code: 'invalid_request' | 'invalid_phone_number' | 'code_invalid' | 'callback_refused' | 'credentials_invalid' | 'token_invalid' | 'key_invalid' | 'proof_invalid' | 'not_permitted' | 'origin_not_allowed' | 'region_not_allowed' | 'number_type_not_allowed' | 'number_blocked' | 'fresh_login_required' | 'account_locked' | 'verification_not_found' | 'totp_not_found' | 'not_found' | 'method_not_allowed' | 'already_verified' | 'idempotency_in_progress' | 'proof_spent' | 'totp_active' | 'code_expired' | 'verification_cancelled' | 'verification_failed' | 'payload_too_large' | 'unsupported_media_type' | 'idempotency_key_reused' | 'cooldown' | 'rate_limited' | 'attempts_exhausted' | 'internal_error' | 'provider_rejected' | 'provider_unavailable' | 'service_unavailable' | 'provider_outcome_unknown';
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
