import { randomUUID } from 'node:crypto';
import type { Statements } from '../../database/statements.js';
import type { Factor, Session } from '../../domain/account.js';
import { hashOfToken, newSecretToken } from './secret-token.js';
import * as sql from './session.sql.js';

export interface SessionRules {
  sessionTtlSeconds: number;
  sessionIdleSeconds: number;
}

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

/** Owns `account_sessions` and `account_refresh_tokens`: the tokens of one session form a family. */
export class SessionService {
  constructor(
    private readonly statements: Statements,
    private readonly rules: SessionRules,
  ) {}

  /**
   * Opens a session.
   * @param version account version at the password check
   * @returns undefined when the account has a newer version
   */
  async open(
    accountId: string,
    version: number,
    factor: Factor,
  ): Promise<IssuedSession | undefined> {
    const refreshToken = newSecretToken();
    const row = await this.statements.finishing.first<SessionRow>(sql.OPEN, [
      randomUUID(),
      accountId,
      version,
      factor,
      this.rules.sessionIdleSeconds,
      this.rules.sessionTtlSeconds,
      hashOfToken(refreshToken),
    ]);
    return row && { session: toSession(row), refreshToken };
  }

  /**
   * Exchanges a refresh token of the application for a new one; undefined when it is invalid, expired or used.
   */
  async refresh(token: string, applicationId: string): Promise<IssuedSession | undefined> {
    const refreshToken = newSecretToken();
    const hashes = [hashOfToken(token), hashOfToken(refreshToken)];
    const bind = [...hashes, this.rules.sessionIdleSeconds, applicationId];
    const row = await this.statements.first<SessionRow>(sql.ROTATE, bind);
    return row && { session: toSession(row), refreshToken };
  }

  /** Ends the session of a used refresh token. @returns the ended session, if any */
  async endIfReused(
    token: string,
    applicationId: string,
  ): Promise<{ id: string; accountId: string } | undefined> {
    const bind = [hashOfToken(token), applicationId];
    const row = await this.statements.first<{ id: string; account_id: string }>(
      sql.END_BY_REUSE,
      bind,
    );
    return row && { id: row.id, accountId: row.account_id };
  }

  /** Undefined when the session has ended, or is of another application. */
  async find(id: string, applicationId: string): Promise<Session | undefined> {
    const row = await this.statements.first<SessionRow>(sql.FIND, [id, applicationId]);
    return row && toSession(row);
  }

  /** The newest 100 active sessions. */
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
