import { randomUUID } from 'node:crypto';
import type { Statements } from '../../database/statements.js';
import type { Account, Session } from '../../domain/account.js';
import * as sql from './records.sql.js';
import { sessionKey } from './session-authenticator.js';

interface AccountRow {
  id: string;
  phone_number: string;
  country: string;
  name: string | null;
  password_hash: string;
  version: number;
  password_changed_at: Date;
  created_at: Date;
}

/** What a new account is made of. */
export interface NewAccount {
  /** E.164, proved a moment ago. */
  phoneNumber: string;
  country: string;
  passwordHash: string;
  name: string | null;
}

/** Owns `accounts`. */
export class AccountRecordService {
  constructor(private readonly statements: Statements) {}

  async findByPhone(phoneNumber: string): Promise<Account | undefined> {
    const row = await this.statements.first<AccountRow>(sql.FIND_BY_PHONE, [phoneNumber]);
    return row && toAccount(row);
  }

  async find(id: string): Promise<Account | undefined> {
    const row = await this.statements.first<AccountRow>(sql.FIND, [id]);
    return row && toAccount(row);
  }

  /**
   * Makes an account on a proved number, under an id that nothing of before knows: whatever somebody had set up on that
   * number is gone with everything that hung on it.
   */
  async create(account: NewAccount): Promise<{ id: string; replaced: boolean }> {
    const { phoneNumber, country, passwordHash, name } = account;
    const id = randomUUID();
    const bind = [id, phoneNumber, country, passwordHash, name];
    const row = await this.statements.first<{ replaced: number }>(sql.CREATE, bind);
    return { id, replaced: (row?.replaced ?? 0) > 0 };
  }

  /**
   * Puts the session's account on another proved number, and ends its other sessions. @returns whether the session was still
   * good, as with every change that a session asks for; if not, nothing has changed
   */
  async changePhone(by: Session, phoneNumber: string, country: string): Promise<boolean> {
    return this.isDone(sql.CHANGE_PHONE, [...sessionKey(by), phoneNumber, country]);
  }

  /** Sets another password, and ends all other sessions and logins under way. */
  async changePassword(by: Session, hash: string): Promise<boolean> {
    return this.isDone(sql.CHANGE_PASSWORD, [...sessionKey(by), hash]);
  }

  /** Sets another password, and ends all sessions and logins. @returns whether the account is still on that number */
  async resetPassword({ id, phoneNumber }: Account, hash: string): Promise<boolean> {
    const bind = [id, phoneNumber, hash];
    return (await this.statements.first(sql.RESET_PASSWORD, bind)) !== undefined;
  }

  /** The same password in a better hash. */
  async rehash(account: Account, hash: string): Promise<void> {
    await this.statements.first(sql.REHASH, [account.id, hash, account.passwordHash]);
  }

  /** Ends all sessions, that one too, and logins under way. */
  async endSessions(by: Session): Promise<boolean> {
    return (await this.statements.first(sql.END_SESSIONS, sessionKey(by))) !== undefined;
  }

  /** With all that hangs on it. */
  async remove(by: Session): Promise<boolean> {
    return (await this.statements.first(sql.REMOVE, sessionKey(by))) !== undefined;
  }

  /** Whether one more code may be compared; it counts as wrong until {@link resetFactorAttempts}. */
  async consumeFactorAttempt(id: string): Promise<boolean> {
    return (await this.statements.first(sql.CONSUME_FACTOR_ATTEMPT, [id])) !== undefined;
  }

  /** For a code that was not compared after all. */
  async refundFactorAttempt(id: string): Promise<void> {
    await this.statements.finishing.first(sql.REFUND_FACTOR_ATTEMPT, [id]);
  }

  async resetFactorAttempts(id: string): Promise<void> {
    await this.statements.finishing.first(sql.RESET_FACTOR_ATTEMPTS, [id]);
  }

  private async isDone(statement: string, bind: unknown[]): Promise<boolean> {
    return (await this.statements.first<{ done: boolean }>(statement, bind))?.done === true;
  }
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    phoneNumber: row.phone_number,
    country: row.country,
    name: row.name,
    passwordHash: row.password_hash,
    version: row.version,
    passwordChangedAt: row.password_changed_at,
    createdAt: row.created_at,
  };
}
