import type { RequestHandler } from 'express';
import { scopeFor, type Scope } from '../domain/scope.js';
import { callerOf } from './caller.js';

/** Validates access tokens. Rejects with the `AppError` to send. */
export interface Authenticator {
  authenticate(token: string | undefined, scope: Scope): Promise<unknown>;
}

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Requires a valid access token (RFC 6750) and sets `res.locals.session`. */
export function bearer(authenticator: Authenticator): RequestHandler {
  return async (req, res, next) => {
    const header = req.get('authorization') ?? '';
    const token = header.length <= 4096 ? BEARER.exec(header)?.[1] : undefined;
    // Every 401 response needs it (RFC 9110, section 11.6.1).
    res.set('WWW-Authenticate', 'Bearer');
    res.locals['session'] = await authenticator.authenticate(token, scopeFor(callerOf(res)));
    res.removeHeader('WWW-Authenticate');
    next();
  };
}
