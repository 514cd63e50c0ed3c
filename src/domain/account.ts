/** What a login needs besides the password. */
export const FACTORS = ['sms', 'totp', 'backup_code'] as const;
export type Factor = (typeof FACTORS)[number];

/** Whoever logs in with a number, a password and a second factor. */
export interface Account {
  id: string;
  phoneNumber: string;
  country: string;
  name: string | null;
  passwordHash: string;
  /** What sessions and logins are made under; once it is raised, those from before are worth nothing. */
  version: number;
  passwordChangedAt: Date;
  createdAt: Date;
}

/** A login whose password was right and whose second factor is awaited. */
export interface PendingLogin {
  id: string;
  accountId: string;
  /** The account's, when the password was right. */
  version: number;
  /** Those that it can be completed with. */
  factors: readonly Factor[];
  /** The verification that carries the code; null when none was sent. */
  verificationId: string | null;
  attempts: number;
}

/** What a login has led to. */
export interface Session {
  id: string;
  accountId: string;
  /** The account's that it is good under. */
  version: number;
  factor: Factor;
  /** When the second factor was given. */
  authenticatedAt: Date;
  /** Whether that was a moment ago, so that what protects the account may be changed. */
  fresh: boolean;
  lastUsedAt: Date;
  expiresAt: Date;
  /** The time of the answer, by the clock of the database. */
  now: Date;
}
