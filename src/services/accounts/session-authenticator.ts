import type { Session } from '../../domain/account.js';
import type { Scope } from '../../domain/scope.js';
import { AppError } from '../../errors/app-error.js';
import type { AccessTokens } from './access-tokens.js';
import type { SessionService } from './session.service.js';

/** Authenticates access tokens against their sessions, so that a logout takes effect on the next request. */
export class SessionAuthenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: Pick<SessionService, 'find'>,
  ) {}

  /** The session of the token. @throws AppError `token_invalid` */
  async authenticate(token: string | undefined, scope: Scope): Promise<Session> {
    const claims = token === undefined ? undefined : await this.tokens.verify(token, scope);
    const session = claims && (await this.sessions.find(claims.sessionId, scope.applicationId));
    // The database's clock set `exp`, so it also checks it.
    if (!session || claims.expiresAt <= session.now) throw new AppError('token_invalid');
    return session;
  }
}

/** Sensitive changes need a second factor given recently. @throws AppError `fresh_login_required` */
export function requireRecentLogin(session: Session): void {
  if (!session.fresh) throw new AppError('fresh_login_required');
}

/** Bind values of `SESSION_PARAMETERS` in records.sql.ts. */
export function sessionKey(session: Session): [string, string, number] {
  return [session.accountId, session.id, session.version];
}
