export const FACTORS = ['sms', 'totp', 'backup_code'] as const;
export type Factor = (typeof FACTORS)[number];

export interface Account {
  id: string;
  phoneNumber: string;
  country: string;
  name: string | null;
  passwordHash: string;
  /** Incremented to invalidate all earlier sessions and logins. */
  version: number;
  passwordChangedAt: Date;
  createdAt: Date;
}

/** A login with a correct password that waits for the second factor. */
export interface PendingLogin {
  id: string;
  accountId: string;
  /** The account's version when the password was checked. */
  version: number;
  factors: readonly Factor[];
  /** The verification of the code; null if no code was sent. */
  verificationId: string | null;
  attempts: number;
}

export interface Session {
  id: string;
  accountId: string;
  /** The account version for which the session is valid. */
  version: number;
  factor: Factor;
  authenticatedAt: Date;
  /** Whether the login is recent enough to change the account's security settings. */
  fresh: boolean;
  lastUsedAt: Date;
  expiresAt: Date;
  /** Current time of the database clock. */
  now: Date;
}
