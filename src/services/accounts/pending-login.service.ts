import { randomUUID } from 'node:crypto';
import type { Statements } from '../../database/statements.js';
import type { Account, Factor, PendingLogin } from '../../domain/account.js';
import { hasCurrentVersion, isIn } from './records.sql.js';
import { hashOfToken, newSecretToken } from './secret-token.js';

/** Leaves time for a resent code. */
export const LOGIN_TTL_SECONDS = 600;
const MAX_ATTEMPTS = 5;

const START = `
INSERT INTO account_logins (id, token_hash, account_id, version, factors, expires_at)
VALUES ($1::uuid, $2, $3::uuid, $4::int, $5::text[], now() + make_interval(secs => $6::int)) RETURNING expires_at`;

const ATTACH_VERIFICATION = `UPDATE account_logins SET verification_id = $2 WHERE id = $1 RETURNING id`;

/** An unused, unexpired login of the account's current version. $1 hash of the token, $2 application */
const IS_PENDING = `
  l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > now()
  AND ${hasCurrentVersion('l')} AND ${isIn('l', '$2')}`;
const COLUMNS = 'l.id, l.account_id, l.version, l.factors, l.verification_id, l.attempts';

const FIND = `SELECT ${COLUMNS} FROM account_logins AS l WHERE ${IS_PENDING}`;

/** $3 attempts allowed */
const CONSUME_ATTEMPT = `
UPDATE account_logins AS l SET attempts = l.attempts + 1
WHERE ${IS_PENDING} AND l.attempts < $3::int RETURNING ${COLUMNS}`;

const REFUND_ATTEMPT = `UPDATE account_logins SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0 RETURNING id`;

const MARK_USED = `
UPDATE account_logins SET used_at = now() WHERE id = $1 AND used_at IS NULL AND expires_at > now() RETURNING id`;

interface LoginRow {
  id: string;
  account_id: string;
  version: number;
  factors: Factor[];
  verification_id: string | null;
  attempts: number;
}

export interface StartedPendingLogin {
  id: string;
  token: string;
  expiresIn: number;
  expiresAt: Date;
}

/** Owns `account_logins`: logins between the password and the second factor. They grant no access. */
export class PendingLoginService {
  constructor(private readonly statements: Statements) {}

  async start(account: Account, factors: readonly Factor[]): Promise<StartedPendingLogin> {
    const id = randomUUID();
    const token = newSecretToken();
    const bind = [id, hashOfToken(token), account.id, account.version, factors, LOGIN_TTL_SECONDS];
    const row = await this.statements.first<{ expires_at: Date }>(START, bind);
    if (!row) throw new Error('START returned no row');
    return { id, token, expiresIn: LOGIN_TTL_SECONDS, expiresAt: row.expires_at };
  }

  /** Records the verification that checks the login's code. */
  async attachVerification(id: string, verificationId: string): Promise<void> {
    await this.statements.finishing.first(ATTACH_VERIFICATION, [id, verificationId]);
  }

  /** Undefined when the login is used, expired or ended by a change of the account. */
  async find(token: string, applicationId: string): Promise<PendingLogin | undefined> {
    const bind = [hashOfToken(token), applicationId];
    const row = await this.statements.first<LoginRow>(FIND, bind);
    return row && toLogin(row);
  }

  /** Counts one of five attempts, before the code is compared. */
  async consumeAttempt(
    token: string,
    applicationId: string,
  ): Promise<PendingLogin | 'exhausted' | undefined> {
    const row = await this.statements.first<LoginRow>(CONSUME_ATTEMPT, [
      hashOfToken(token),
      applicationId,
      MAX_ATTEMPTS,
    ]);
    if (row) return toLogin(row);
    return (await this.find(token, applicationId)) && 'exhausted';
  }

  /** Undoes {@link consumeAttempt} for a code that was not compared. */
  async refundAttempt(id: string): Promise<void> {
    await this.statements.finishing.first(REFUND_ATTEMPT, [id]);
  }

  /** Marks the login used. True for one of concurrent calls. */
  async markUsed(id: string): Promise<boolean> {
    return (await this.statements.finishing.first(MARK_USED, [id])) !== undefined;
  }

  attemptsLeft(login: PendingLogin): number {
    return Math.max(0, MAX_ATTEMPTS - login.attempts);
  }
}

function toLogin(row: LoginRow): PendingLogin {
  return {
    id: row.id,
    accountId: row.account_id,
    version: row.version,
    factors: row.factors,
    verificationId: row.verification_id,
    attempts: row.attempts,
  };
}
