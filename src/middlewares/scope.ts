import type { Response } from 'express';
import type { ApplicationSettings } from '../domain/application.js';
import type { ApplicationCaller } from '../domain/caller.js';
import type { Limit } from '../domain/limit.js';
import type { Budget, Scope } from '../domain/scope.js';
import { AppError } from '../errors/app-error.js';
import { callerOf } from './caller.js';

const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 30 * DAY_SECONDS;

/** For which application this request acts. @throws AppError `internal_error` for an operator's key */
export function scopeOf(res: Response): Scope {
  const caller = callerOf(res);
  if (caller.kind === 'operator') throw new AppError('internal_error');
  const { applicationId, settings = {} } = caller;
  return { applicationId, budget: budgetOf(caller, settings), settings };
}

/** Strangers can use a publishable key, so its messages share their budgets. */
function budgetOf(
  { kind, applicationId }: ApplicationCaller,
  { sendQuota }: ApplicationSettings,
): Budget {
  if (kind !== 'secret') return { kind: 'shared' };
  return { kind: 'application', applicationId, quotas: sendQuota && quotasOf(sendQuota) };
}

function quotasOf({ perDay, perMonth }: NonNullable<ApplicationSettings['sendQuota']>): Limit[] {
  const quotas: Limit[] = [];
  if (perDay !== undefined) quotas.push({ count: perDay, windowSeconds: DAY_SECONDS });
  if (perMonth !== undefined) quotas.push({ count: perMonth, windowSeconds: MONTH_SECONDS });
  return quotas;
}
