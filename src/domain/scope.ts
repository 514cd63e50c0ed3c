import type { ApplicationSettings } from './application.js';
import { DEFAULT_APPLICATION, type ApplicationCaller, type Caller } from './caller.js';
import type { Limit } from './limit.js';

const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 30 * DAY_SECONDS;

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

/** For which application a request acts. @throws Error for an operator, who acts for none */
export function scopeFor(caller: Caller): Scope {
  if (caller.kind === 'operator') throw new Error('An operator acts for no application');
  const { applicationId, settings = {} } = caller;
  return { applicationId, budget: budgetOf(caller, settings), settings };
}

/** Strangers can use a publishable key, so its messages share their budgets. */
function budgetOf(
  { kind, applicationId }: ApplicationCaller,
  { sendQuota }: ApplicationSettings,
): Budget {
  if (kind !== 'secret') return { kind: 'shared' };
  const quotas = quotasOf(sendQuota ?? {});
  return { kind: 'application', applicationId, quotas: quotas.length > 0 ? quotas : undefined };
}

function quotasOf({ perDay, perMonth }: NonNullable<ApplicationSettings['sendQuota']>): Limit[] {
  const quotas: Limit[] = [];
  if (perDay !== undefined) quotas.push({ count: perDay, windowSeconds: DAY_SECONDS });
  if (perMonth !== undefined) quotas.push({ count: perMonth, windowSeconds: MONTH_SECONDS });
  return quotas;
}
