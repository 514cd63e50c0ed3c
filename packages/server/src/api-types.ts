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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
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
  /** Find verifications */
  searchVerifications: {
    input: {
      /** Phone number in E.164 format, with the plus as `%2B` */
      phoneNumber?: string;
      /** The caller's own id, stored and returned */
      reference?: string;
      /** Status of the verification */
      status?: 'sending' | 'pending' | 'verified' | 'failed' | 'expired' | 'cancelled';
      /** What the proof is for; a code is only valid for its own purpose */
      purpose?: string;
      /** How the code is delivered */
      channel?: 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';
      /** Created at this time or later. Without it, a search by neither `phoneNumber` nor `reference` covers the 24 hours before `to` */
      from?: string;
      /** Created before this time; default now */
      to?: string;
      /** Id of an application; for operator keys */
      application?: string;
      /** Verifications per page */
      limit?: number;
      /** `nextCursor` of the previous page, with the same filters */
      cursor?: string;
    };
    output: {
      /** Newest first; may be fewer than `limit`, or none, although there is a next page */
      verifications: {
        /** Id of the verification */
        verificationId: string;
        applicationId: string;
        /** Phone number in E.164 format, or a national number together with `country` */
        phoneNumber: string;
        country: string;
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
      }[];
      /** `cursor` of the next page, which `Link` names too; null on the last page */
      nextCursor: string | null;
    };
  };
  /** Tell whether a number has been verified */
  getUser: {
    input: {
      /** Phone number in E.164 format, with the plus as `%2B` */
      phoneNumber: string;
    };
    output: {
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      status: 'verified' | 'unverified';
      /** First proof */
      verifiedAt: string | null;
      lastVerifiedAt: string | null;
      country: string;
    };
  };
  /** Erase all data of a number */
  eraseUser: {
    input: {
      /** Phone number in E.164 format, with the plus as `%2B` */
      phoneNumber: string;
    };
    output: {
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      /** Deleted rows by table */
      deleted: Record<string, number>;
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
      /** Id of the application that verified the number */
      azp: string;
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
      /** Id of the application that verified the number */
      azp: string;
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
    } | {
      /** The token that /auth/login returned */
      loginToken: string;
      factor: 'totp';
      code: string;
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
    } | {
      /** The token that /auth/login returned */
      loginToken: string;
      factor: 'backup_code';
      code: string;
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
      /** The end user; only with a secret key, whose requests have no limits per address without it */
      client?: {
        /** Limits per address count it */
        ip: string;
        userAgent?: string;
        deviceId?: string;
      };
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
  /** Create an application */
  createApplication: {
    input: {
      name: string;
      settings?: {
        /** `aud` of its proofs; its id unless set. Unique */
        audience?: string;
        /** Browser origins that its publishable keys work from */
        origins?: string[];
        /** Countries to serve */
        countries?: string[];
        /** Channels that callers may request */
        channels?: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
        /** Name in messages that this service writes */
        brand?: string;
        /** Digits of codes */
        codeLength?: number;
        /** Lifetime of a code */
        codeTtlSeconds?: number;
        /** Messages in 24 hours and in 30 days */
        sendQuota?: {
          perDay?: number;
          perMonth?: number;
        };
      };
    };
    output: {
      /** Id of the application */
      id: string;
      name: string;
      settings: {
        /** `aud` of its proofs; its id unless set. Unique */
        audience?: string;
        /** Browser origins that its publishable keys work from */
        origins?: string[];
        /** Countries to serve */
        countries?: string[];
        /** Channels that callers may request */
        channels?: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
        /** Name in messages that this service writes */
        brand?: string;
        /** Digits of codes */
        codeLength?: number;
        /** Lifetime of a code */
        codeTtlSeconds?: number;
        /** Messages in 24 hours and in 30 days */
        sendQuota?: {
          perDay?: number;
          perMonth?: number;
        };
      };
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** RFC 3339 timestamp, UTC */
      updatedAt: string;
    };
  };
  /** List the applications */
  listApplications: {
    input: object;
    output: {
      applications: {
        /** Id of the application */
        id: string;
        name: string;
        settings: {
          /** `aud` of its proofs; its id unless set. Unique */
          audience?: string;
          /** Browser origins that its publishable keys work from */
          origins?: string[];
          /** Countries to serve */
          countries?: string[];
          /** Channels that callers may request */
          channels?: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
          /** Name in messages that this service writes */
          brand?: string;
          /** Digits of codes */
          codeLength?: number;
          /** Lifetime of a code */
          codeTtlSeconds?: number;
          /** Messages in 24 hours and in 30 days */
          sendQuota?: {
            perDay?: number;
            perMonth?: number;
          };
        };
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
        /** RFC 3339 timestamp, UTC */
        updatedAt: string;
      }[];
    };
  };
  /** Get an application */
  getApplication: {
    input: {
      /** Id or name of the application */
      application: string;
    };
    output: {
      /** Id of the application */
      id: string;
      name: string;
      settings: {
        /** `aud` of its proofs; its id unless set. Unique */
        audience?: string;
        /** Browser origins that its publishable keys work from */
        origins?: string[];
        /** Countries to serve */
        countries?: string[];
        /** Channels that callers may request */
        channels?: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
        /** Name in messages that this service writes */
        brand?: string;
        /** Digits of codes */
        codeLength?: number;
        /** Lifetime of a code */
        codeTtlSeconds?: number;
        /** Messages in 24 hours and in 30 days */
        sendQuota?: {
          perDay?: number;
          perMonth?: number;
        };
      };
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** RFC 3339 timestamp, UTC */
      updatedAt: string;
    };
  };
  /** Change the settings of an application */
  changeApplication: {
    input: {
      /** Id or name of the application */
      application: string;
    } & {
      audience?: string | null;
      origins?: string[] | null;
      countries?: string[] | null;
      channels?: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[] | null;
      brand?: string | null;
      codeLength?: number | null;
      codeTtlSeconds?: number | null;
      sendQuota?: {
        perDay?: number;
        perMonth?: number;
      } | null;
    };
    output: {
      /** Id of the application */
      id: string;
      name: string;
      settings: {
        /** `aud` of its proofs; its id unless set. Unique */
        audience?: string;
        /** Browser origins that its publishable keys work from */
        origins?: string[];
        /** Countries to serve */
        countries?: string[];
        /** Channels that callers may request */
        channels?: ('sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless')[];
        /** Name in messages that this service writes */
        brand?: string;
        /** Digits of codes */
        codeLength?: number;
        /** Lifetime of a code */
        codeTtlSeconds?: number;
        /** Messages in 24 hours and in 30 days */
        sendQuota?: {
          perDay?: number;
          perMonth?: number;
        };
      };
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** RFC 3339 timestamp, UTC */
      updatedAt: string;
    };
  };
  /** List the keys of an application */
  listApplicationKeys: {
    input: {
      /** Id or name of the application */
      application: string;
    };
    output: {
      keys: {
        /** Id of the key, not its secret */
        id: string;
        kind: 'secret' | 'publishable' | 'operator';
        applicationId: string | null;
        lastFour: string;
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
        /** At most a minute old */
        lastUsedAt: string | null;
        expiresAt: string | null;
        revokedAt: string | null;
      }[];
    };
  };
  /** List the keys */
  listKeys: {
    input: object;
    output: {
      keys: {
        /** Id of the key, not its secret */
        id: string;
        kind: 'secret' | 'publishable' | 'operator';
        applicationId: string | null;
        lastFour: string;
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
        /** At most a minute old */
        lastUsedAt: string | null;
        expiresAt: string | null;
        revokedAt: string | null;
      }[];
    };
  };
  /** Create a key */
  createKey: {
    input: {
      kind: 'secret' | 'publishable' | 'operator';
      /** Id or name of the application; absent for an operator key */
      application?: string;
      /** RFC 3339 timestamp, UTC */
      expiresAt?: string;
    };
    output: {
      /** Id of the key, not its secret */
      id: string;
      kind: 'secret' | 'publishable' | 'operator';
      applicationId: string | null;
      lastFour: string;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** At most a minute old */
      lastUsedAt: string | null;
      expiresAt: string | null;
      revokedAt: string | null;
      /** The whole key, returned only once */
      key: string;
    };
  };
  /** Revoke a key */
  revokeKey: {
    input: {
      /** Id of the key, not its secret */
      key: string;
    };
    output: {
      /** Id of the key, not its secret */
      id: string;
      kind: 'secret' | 'publishable' | 'operator';
      applicationId: string | null;
      lastFour: string;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** At most a minute old */
      lastUsedAt: string | null;
      expiresAt: string | null;
      revokedAt: string | null;
    };
  };
  /** Create an endpoint of webhooks */
  createWebhook: {
    input: {
      url: string;
      /** Types of events; `*` is all, later ones included */
      events?: ('*' | 'verification.requested' | 'verification.sent' | 'verification.delivered' | 'verification.undelivered' | 'verification.denied' | 'verification.exhausted' | 'verification.verified' | 'verification.expired' | 'verification.cancelled' | 'verification.failed' | 'number.verified' | 'number.blocked' | 'application.limit_reached')[];
      /** Whether events contain phone numbers in full or masked */
      numberFormat?: 'full' | 'masked';
      /** For operator keys; without it, the endpoint receives the events of all applications */
      applicationId?: string;
    };
    output: {
      /** Id of the endpoint */
      id: string;
      /** null: receives the events of all applications */
      applicationId: string | null;
      url: string;
      events: string[];
      /** Whether events contain phone numbers in full or masked */
      numberFormat: 'full' | 'masked';
      status: 'enabled' | 'disabled';
      /** `gone`: it answered 410; `failing`: no delivery succeeded for five days */
      disabledReason: 'operator' | 'gone' | 'failing' | null;
      disabledAt: string | null;
      /** The first failure since the last success; null while deliveries succeed */
      failingSince: string | null;
      /** Number of live secrets */
      secrets: number;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** Secret of the signatures. Shown once */
      secret: string;
    };
  };
  /** List endpoints */
  listWebhooks: {
    input: object;
    output: {
      webhooks: {
        /** Id of the endpoint */
        id: string;
        /** null: receives the events of all applications */
        applicationId: string | null;
        url: string;
        events: string[];
        /** Whether events contain phone numbers in full or masked */
        numberFormat: 'full' | 'masked';
        status: 'enabled' | 'disabled';
        /** `gone`: it answered 410; `failing`: no delivery succeeded for five days */
        disabledReason: 'operator' | 'gone' | 'failing' | null;
        disabledAt: string | null;
        /** The first failure since the last success; null while deliveries succeed */
        failingSince: string | null;
        /** Number of live secrets */
        secrets: number;
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
      }[];
    };
  };
  /** Get an endpoint */
  getWebhook: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    };
    output: {
      /** Id of the endpoint */
      id: string;
      /** null: receives the events of all applications */
      applicationId: string | null;
      url: string;
      events: string[];
      /** Whether events contain phone numbers in full or masked */
      numberFormat: 'full' | 'masked';
      status: 'enabled' | 'disabled';
      /** `gone`: it answered 410; `failing`: no delivery succeeded for five days */
      disabledReason: 'operator' | 'gone' | 'failing' | null;
      disabledAt: string | null;
      /** The first failure since the last success; null while deliveries succeed */
      failingSince: string | null;
      /** Number of live secrets */
      secrets: number;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
    };
  };
  /** Delete an endpoint with its deliveries */
  deleteWebhook: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    };
    output: {
      deleted: true;
    };
  };
  /** Add a secret */
  rotateWebhookSecret: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    } & {
      /** Whether the newest old secret stays valid until the next rotation */
      keepOld?: boolean;
    };
    output: {
      /** Id of the endpoint */
      id: string;
      /** null: receives the events of all applications */
      applicationId: string | null;
      url: string;
      events: string[];
      /** Whether events contain phone numbers in full or masked */
      numberFormat: 'full' | 'masked';
      status: 'enabled' | 'disabled';
      /** `gone`: it answered 410; `failing`: no delivery succeeded for five days */
      disabledReason: 'operator' | 'gone' | 'failing' | null;
      disabledAt: string | null;
      /** The first failure since the last success; null while deliveries succeed */
      failingSince: string | null;
      /** Number of live secrets */
      secrets: number;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
      /** Secret of the signatures. Shown once */
      secret: string;
    };
  };
  /** Disable an endpoint */
  disableWebhook: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    };
    output: {
      /** Id of the endpoint */
      id: string;
      /** null: receives the events of all applications */
      applicationId: string | null;
      url: string;
      events: string[];
      /** Whether events contain phone numbers in full or masked */
      numberFormat: 'full' | 'masked';
      status: 'enabled' | 'disabled';
      /** `gone`: it answered 410; `failing`: no delivery succeeded for five days */
      disabledReason: 'operator' | 'gone' | 'failing' | null;
      disabledAt: string | null;
      /** The first failure since the last success; null while deliveries succeed */
      failingSince: string | null;
      /** Number of live secrets */
      secrets: number;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
    };
  };
  /** Enable an endpoint */
  enableWebhook: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    };
    output: {
      /** Id of the endpoint */
      id: string;
      /** null: receives the events of all applications */
      applicationId: string | null;
      url: string;
      events: string[];
      /** Whether events contain phone numbers in full or masked */
      numberFormat: 'full' | 'masked';
      status: 'enabled' | 'disabled';
      /** `gone`: it answered 410; `failing`: no delivery succeeded for five days */
      disabledReason: 'operator' | 'gone' | 'failing' | null;
      disabledAt: string | null;
      /** The first failure since the last success; null while deliveries succeed */
      failingSince: string | null;
      /** Number of live secrets */
      secrets: number;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
    };
  };
  /** List deliveries with their attempts */
  listWebhookDeliveries: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    };
    output: {
      /** The newest 100, newest first */
      deliveries: {
        id: string;
        eventId: string;
        type: string;
        verificationId: string | null;
        status: 'pending' | 'delivered' | 'failed';
        /** RFC 3339 timestamp, UTC */
        occurredAt: string;
        nextAttemptAt: string | null;
        attempts: {
          at: string;
          /** null if no answer came */
          status: number | null;
          error: string | null;
          durationMs: number;
          /** The first 1 KB of the answer */
          answer: string | null;
        }[];
      }[];
    };
  };
  /** Deliver again */
  replayWebhookDeliveries: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    } & {
      /** The delivery to repeat; without it, all that have failed */
      deliveryId?: string;
    };
    output: {
      /** Deliveries that are due again */
      replayed: number;
    };
  };
  /** Send a test event */
  testWebhook: {
    input: {
      /** Id of the endpoint */
      webhook: string;
    };
    output: {
      /** The `webhook-id` of the `webhook.test` event */
      eventId: string;
    };
  };
  /** Show a verification of any application */
  showVerification: {
    input: {
      /** Id of the verification */
      id: string;
    };
    output: {
      /** Id of the verification */
      verificationId: string;
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      country: string;
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
      provider: string;
      attempts: number;
      maxAttempts: number;
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
  /** Show what is known of a number */
  showNumber: {
    input: {
      /** Phone number in E.164 format, with the plus as `%2B` */
      phoneNumber: string;
    };
    output: {
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      country: string;
      /** Wrong codes since the last success */
      wrongRun: number;
      /** Whether the number is stopped until it is unblocked */
      stopped: boolean;
      /** Seconds until the next message */
      cooldown: number;
      lastSendAt: string | null;
      /** The rule in force first */
      rules: {
        /** A phone number, or a prefix and a star */
        pattern: string;
        kind: 'block' | 'safe';
        note: string | null;
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
      }[];
      limits: {
        name: string;
        key: string;
        quota: number;
        windowSeconds: number;
        used: number;
      }[];
      user: {
        status: 'verified' | 'unverified';
        /** First proof */
        verifiedAt: string | null;
        lastVerifiedAt: string | null;
      } | null;
      verifications: {
        /** Id of the verification */
        verificationId: string;
        purpose: string;
        channel: string;
        status: 'sending' | 'pending' | 'verified' | 'failed' | 'expired' | 'cancelled';
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
      }[];
    };
  };
  /** Unblock a number */
  unblockNumber: {
    input: {
      /** Phone number in E.164 format, with the plus as `%2B` */
      phoneNumber: string;
    } & {
      /** Also reset the limits on messages */
      sends?: boolean;
    };
    output: {
      /** Phone number in E.164 format, or a national number together with `country` */
      phoneNumber: string;
      /** Consecutive wrong codes that were reset */
      wrongRunBefore: number;
      countersCleared: number;
      /** Pattern of the rule that still blocks the number */
      blockedBy: string | null;
    };
  };
  /** List the block list and the safe list */
  listRules: {
    input: object;
    output: {
      rules: {
        /** A phone number, or a prefix and a star */
        pattern: string;
        kind: 'block' | 'safe';
        note: string | null;
        /** RFC 3339 timestamp, UTC */
        createdAt: string;
        coversNumbers: boolean;
      }[];
    };
  };
  /** Block numbers, or mark them safe */
  putRule: {
    input: {
      /** A phone number, or a prefix and a star */
      pattern: string;
      /** `block`: requests get 403 `number_blocked`; `safe`: the limits of prefix, country and total do not apply */
      kind: 'block' | 'safe';
      note?: string;
    };
    output: {
      /** A phone number, or a prefix and a star */
      pattern: string;
      kind: 'block' | 'safe';
      note: string | null;
      /** RFC 3339 timestamp, UTC */
      createdAt: string;
    };
  };
  /** Remove a pattern from both lists */
  removeRule: {
    input: {
      /** A phone number, or a prefix and a star */
      pattern: string;
    };
    output: {
      /** A phone number, or a prefix and a star */
      pattern: string;
    };
  };
  /** Delete expired data now */
  purgeExpiredData: {
    input: object;
    output: {
      /** Deleted rows by table */
      deleted: Record<string, number>;
      /** False when the time was up before all expired rows were gone */
      isComplete: boolean;
    };
  };
  /** Settle what a crash left open */
  settleLostSends: {
    input: object;
    output: {
      settled: {
        outcomeUnknown: number;
        expired: number;
      };
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
  searchVerifications: 'GET /verifications',
  getUser: 'GET /users/{phoneNumber}',
  eraseUser: 'DELETE /users/{phoneNumber}',
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
  createApplication: 'POST /applications',
  listApplications: 'GET /applications',
  getApplication: 'GET /applications/{application}',
  changeApplication: 'POST /applications/{application}',
  listApplicationKeys: 'GET /applications/{application}/keys',
  listKeys: 'GET /keys',
  createKey: 'POST /keys',
  revokeKey: 'DELETE /keys/{key}',
  createWebhook: 'POST /webhooks',
  listWebhooks: 'GET /webhooks',
  getWebhook: 'GET /webhooks/{webhook}',
  deleteWebhook: 'DELETE /webhooks/{webhook}',
  rotateWebhookSecret: 'POST /webhooks/{webhook}/rotate',
  disableWebhook: 'POST /webhooks/{webhook}/disable',
  enableWebhook: 'POST /webhooks/{webhook}/enable',
  listWebhookDeliveries: 'GET /webhooks/{webhook}/deliveries',
  replayWebhookDeliveries: 'POST /webhooks/{webhook}/replay',
  testWebhook: 'POST /webhooks/{webhook}/test',
  showVerification: 'GET /operator/verifications/{id}',
  showNumber: 'GET /operator/numbers/{phoneNumber}',
  unblockNumber: 'POST /operator/numbers/{phoneNumber}/unblock',
  listRules: 'GET /operator/rules',
  putRule: 'POST /operator/rules',
  removeRule: 'DELETE /operator/rules/{pattern}',
  purgeExpiredData: 'POST /operator/purge',
  settleLostSends: 'POST /operator/sweep',
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
