import type { Session } from '../../domain/account.js';
import { AppError } from '../../errors/app-error.js';
import type { AccessTokens } from './access-tokens.js';
import type { SessionService } from './session.service.js';

/** Lets in whoever shows an access token of a session that is still good: a logout counts from the next request on. */
export class SessionAuthenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: Pick<SessionService, 'find'>,
  ) {}

  /** @throws AppError `token_invalid` */
  async authenticate(token: string | undefined): Promise<Session> {
    const read = token === undefined ? undefined : await this.tokens.read(token);
    const session = read && (await this.sessions.find(read.sessionId));
    // By the clock that made `exp`.
    if (!session || read.expiresAt <= session.now) throw new AppError('token_invalid');
    return session;
  }
}

/** What protects an account is changed only by whoever has just given its second factor. @throws AppError */
export function requireRecentLogin(session: Session): void {
  if (!session.fresh) throw new AppError('fresh_login_required');
}

/** By what a statement knows a session again: its account, itself, and the version that it was let in under. */
export function sessionKey(session: Session): [string, string, number] {
  return [session.accountId, session.id, session.version];
}
