import { randomUUID } from 'node:crypto';
import type { Statements } from '../../database/statements.js';
import type { Factor, Session } from '../../domain/account.js';
import { hashOfToken, newSecretToken } from './secret-token.js';
import * as sql from './session.sql.js';

export interface SessionRules {
  sessionTtlSeconds: number;
  sessionIdleSeconds: number;
}

/** A session with the one token that carries it on. */
export interface IssuedSession {
  session: Session;
  refreshToken: string;
}

interface SessionRow {
  id: string;
  account_id: string;
  version: number;
  factor: Factor;
  authenticated_at: Date;
  last_used_at: Date;
  expires_at: Date;
  now: Date;
  fresh: boolean;
}

/** Owns `account_sessions` and `account_refresh_tokens`. A session and its refresh tokens are one family. */
export class SessionService {
  constructor(
    private readonly statements: Statements,
    private readonly rules: SessionRules,
  ) {}

  /**
   * @param version the account's when the password was right
   * @returns undefined when something has ended all sessions since
   */
  async open(
    accountId: string,
    version: number,
    factor: Factor,
  ): Promise<IssuedSession | undefined> {
    const refreshToken = newSecretToken();
    const { sessionIdleSeconds, sessionTtlSeconds } = this.rules;
    const row = await this.statements.finishing.first<SessionRow>(sql.OPEN, [
      ...[randomUUID(), accountId, version, factor],
      ...[sessionIdleSeconds, sessionTtlSeconds, hashOfToken(refreshToken)],
    ]);
    return row && { session: toSession(row), refreshToken };
  }

  /** Another token in place of this one, which is used up; undefined when it is not good for that. */
  async refresh(token: string): Promise<IssuedSession | undefined> {
    const refreshToken = newSecretToken();
    const bind = [hashOfToken(token), hashOfToken(refreshToken), this.rules.sessionIdleSeconds];
    const row = await this.statements.first<SessionRow>(sql.ROTATE, bind);
    return row && { session: toSession(row), refreshToken };
  }

  /** Ends the session of a token that was used before. @returns whose it was, undefined when there is nothing to end */
  async endIfReused(token: string): Promise<{ id: string; accountId: string } | undefined> {
    const bind = [hashOfToken(token)];
    const row = await this.statements.first<{ id: string; account_id: string }>(
      sql.END_BY_REUSE,
      bind,
    );
    return row && { id: row.id, accountId: row.account_id };
  }

  /** Undefined when it has ended. */
  async find(id: string): Promise<Session | undefined> {
    const row = await this.statements.first<SessionRow>(sql.FIND, [id]);
    return row && toSession(row);
  }

  /** The newest hundred that are good. */
  async list(accountId: string): Promise<Session[]> {
    return (await this.statements.all<SessionRow>(sql.LIST, [accountId])).map(toSession);
  }

  async end(id: string): Promise<void> {
    await this.statements.first(sql.END, [id]);
  }
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    accountId: row.account_id,
    version: row.version,
    factor: row.factor,
    authenticatedAt: row.authenticated_at,
    fresh: row.fresh,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    now: row.now,
  };
}
