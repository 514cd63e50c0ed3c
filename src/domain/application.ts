import type { Channel } from './verification.js';

export const GUARD_MODES = ['enforce', 'observe', 'off'] as const;
export type GuardMode = (typeof GUARD_MODES)[number];

/** What an application sets for itself. What is not set is the service's. */
export interface ApplicationSettings {
  /** `aud` of its proofs. */
  audience?: string | undefined;
  /** Browser origins that its publishable keys work from. */
  origins?: string[] | undefined;
  /** ISO 3166-1 alpha-2 codes, or `*` alone for all. */
  countries?: string[] | undefined;
  channels?: Channel[] | undefined;
  brand?: string | undefined;
  /** Texts by purpose, then by language. Each contains `{code}`. */
  templates?: Record<string, Record<string, string>> | undefined;
  /** Digits. */
  codeLength?: number | undefined;
  codeTtlSeconds?: number | undefined;
  /** Messages. A day and a month are sliding windows of 24 hours and 30 days. */
  sendQuota?: { perDay?: number | undefined; perMonth?: number | undefined } | undefined;
  guardMode?: GuardMode | undefined;
  /** What messages may cost in a calendar day or month (UTC): decimal numbers in the currency of the prices. */
  spendCap?: { perDay?: string | undefined; perMonth?: string | undefined } | undefined;
  /** False: no events are written for its webhooks. */
  webhooks?: boolean | undefined;
}

export interface Application {
  id: string;
  /** Unique. */
  name: string;
  settings: ApplicationSettings;
  createdAt: Date;
  updatedAt: Date;
}
