import type { Response } from 'express';
import type { Session } from '../domain/account.js';
import { AppError } from '../errors/app-error.js';

/** The session that the bearer middleware has set. @throws AppError `token_invalid` without a session */
export function sessionOf(res: Response): Session {
  const session = res.locals['session'] as Session | undefined;
  if (!session) throw new AppError('token_invalid');
  return session;
}
