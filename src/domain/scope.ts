import type { ApplicationSettings } from './application.js';
import { DEFAULT_APPLICATION } from './caller.js';
import type { Limit } from './limit.js';

/**
 * What pays for a message: the budgets that everyone shares, those of logins that have passed their password,
 * or an application's own.
 */
export type Budget = { kind: 'shared' | 'login' } | OwnBudget;

export interface OwnBudget {
  kind: 'application';
  applicationId: string;
  /** Undefined: the service's quota for applications. */
  quotas: readonly Limit[] | undefined;
}

/** For which application a service acts, and what pays for its messages. */
export interface Scope {
  applicationId: string;
  budget: Budget;
  /** What the application has set. */
  settings: ApplicationSettings;
}

/** The scope of requests without a key. */
export const DEFAULT_SCOPE: Scope = {
  applicationId: DEFAULT_APPLICATION,
  budget: { kind: 'shared' },
  settings: {},
};
