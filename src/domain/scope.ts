import type { ApplicationSettings } from './application.js';
import { DEFAULT_APPLICATION, type Caller } from './caller.js';
import type { Limit } from './limit.js';

const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 30 * DAY_SECONDS;

/**
 * What pays for a message of an application: the budgets that its strangers and pages share, those of its
 * logins that have passed their password, or those of its backend.
 */
export interface Budget {
  kind: 'shared' | 'login' | 'backend';
  applicationId: string;
  /** What the application has set, for each kind of budget; may be empty. */
  quotas: readonly Limit[];
}

/** For which application a service acts, and what pays for its messages. */
export interface Scope {
  applicationId: string;
  budget: Budget;
  /** What the application has set. */
  settings: ApplicationSettings;
}

/**
 * `aud` of the tokens of an application; undefined: that of the service. Each application has another, so that
 * a backend does not accept the proofs of others.
 */
export function audienceOf({
  applicationId,
  settings,
}: Pick<Scope, 'applicationId' | 'settings'>): string | undefined {
  const own = applicationId === DEFAULT_APPLICATION ? undefined : applicationId;
  return settings.audience ?? own;
}

/** The scope of requests without a key. */
export const DEFAULT_SCOPE: Scope = {
  applicationId: DEFAULT_APPLICATION,
  budget: { kind: 'shared', applicationId: DEFAULT_APPLICATION, quotas: [] },
  settings: {},
};

/** For which application a request acts. @throws Error for an operator, who acts for none */
export function scopeFor(caller: Caller): Scope {
  if (caller.kind === 'operator') throw new Error('An operator acts for no application');
  const { applicationId, settings = {} } = caller;
  // Strangers can use a publishable key, so its messages share their budgets.
  const kind = caller.kind === 'secret' ? 'backend' : 'shared';
  const quotas = quotasOf(settings.sendQuota ?? {});
  return { applicationId, budget: { kind, applicationId, quotas }, settings };
}

function quotasOf({ perDay, perMonth }: NonNullable<ApplicationSettings['sendQuota']>): Limit[] {
  const quotas: Limit[] = [];
  if (perDay !== undefined) quotas.push({ count: perDay, windowSeconds: DAY_SECONDS });
  if (perMonth !== undefined) quotas.push({ count: perMonth, windowSeconds: MONTH_SECONDS });
  return quotas;
}
