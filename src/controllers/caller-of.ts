import type { Response } from 'express';
import { STRANGER, type Caller } from '../domain/caller.js';

/** The caller that the guard of the route has admitted. */
export function callerOf(res: Response): Caller {
  return (res.locals['caller'] as Caller | undefined) ?? STRANGER;
}
