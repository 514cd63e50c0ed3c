import type { Response } from 'express';
import { STRANGER, type Caller } from '../domain/caller.js';

/** Who sent this request. */
export function callerOf(res: Response): Caller {
  return (res.locals['caller'] as Caller | undefined) ?? STRANGER;
}
