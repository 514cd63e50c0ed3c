import type { Response } from 'express';
import { STRANGER, type Caller } from '../domain/caller.js';
import { scopeFor, type Scope } from '../domain/scope.js';

/** For which application this request acts. The middleware of callers has set who sent it. */
export function scopeOf(res: Response): Scope {
  return scopeFor((res.locals['caller'] as Caller | undefined) ?? STRANGER);
}
