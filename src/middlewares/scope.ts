import type { Response } from 'express';
import type { Scope } from '../domain/scope.js';
import { AppError } from '../errors/app-error.js';
import { callerOf } from './caller.js';

/** For which application this request acts. @throws AppError `internal_error` for an operator's key */
export function scopeOf(res: Response): Scope {
  const caller = callerOf(res);
  if (caller.kind === 'operator') throw new AppError('internal_error');
  return { applicationId: caller.applicationId, budget: { kind: 'shared' } };
}
