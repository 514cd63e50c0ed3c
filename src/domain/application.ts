import type { Channel } from './verification.js';

/** What an application sets for itself. What is not set is the service's. */
export interface ApplicationSettings {
  /** `aud` of its proofs; unique. Unset: the id of the application, or the service's for the default one. */
  audience?: string | undefined;
  /** Browser origins that its publishable keys work from. */
  origins?: string[] | undefined;
  /** ISO 3166-1 alpha-2 codes, or `*` alone for all. */
  countries?: string[] | undefined;
  channels?: Channel[] | undefined;
  brand?: string | undefined;
  /** Digits. */
  codeLength?: number | undefined;
  codeTtlSeconds?: number | undefined;
  /** Messages. A day and a month are sliding windows of 24 hours and 30 days. */
  sendQuota?: { perDay?: number | undefined; perMonth?: number | undefined } | undefined;
}

export interface Application {
  id: string;
  /** Unique. */
  name: string;
  settings: ApplicationSettings;
  createdAt: Date;
  updatedAt: Date;
}
