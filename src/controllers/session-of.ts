import type { Response } from 'express';
import type { Session } from '../domain/account.js';
import { AppError } from '../errors/app-error.js';

/** Whose request this is, as the middleware before has found out. @throws AppError `token_invalid` without one */
export function sessionOf(res: Response): Session {
  const session = res.locals['session'] as Session | undefined;
  if (!session) throw new AppError('token_invalid');
  return session;
}
