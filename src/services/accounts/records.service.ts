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

export interface NewAccount {
  applicationId: string;
  phoneNumber: string;
  country: string;
  passwordHash: string;
  name: string | null;
}

/** Owns `accounts`. A change by an invalid session does nothing and returns false. */
export class AccountRecordService {
  constructor(private readonly statements: Statements) {}

  async findByPhone(phoneNumber: string, applicationId: string): Promise<Account | undefined> {
    const bind = [phoneNumber, applicationId];
    const row = await this.statements.first<AccountRow>(sql.FIND_BY_PHONE, bind);
    return row && toAccount(row);
  }

  async find(id: string): Promise<Account | undefined> {
    const row = await this.statements.first<AccountRow>(sql.FIND, [id]);
    return row && toAccount(row);
  }

  /**
   * Creates an account with a new id, and removes the number's previous account of the application with all
   * its data.
   */
  async create(account: NewAccount): Promise<{ id: string; replaced: boolean }> {
    const { applicationId, phoneNumber, country, passwordHash, name } = account;
    const id = randomUUID();
    const bind = [id, phoneNumber, country, passwordHash, name, applicationId];
    const row = await this.statements.first<{ replaced: number }>(sql.CREATE, bind);
    return { id, replaced: (row?.replaced ?? 0) > 0 };
  }

  /** Moves the account to another proved number and ends all other sessions. */
  async changePhone(by: Session, phoneNumber: string, country: string): Promise<boolean> {
    return this.isDone(sql.CHANGE_PHONE, [...sessionKey(by), phoneNumber, country]);
  }

  /** Sets a new password, and ends all other sessions and all pending logins. */
  async changePassword(by: Session, hash: string): Promise<boolean> {
    return this.isDone(sql.CHANGE_PASSWORD, [...sessionKey(by), hash]);
  }

  /**
   * Sets a new password, and ends all sessions and logins. @returns false if the account has left the number
   */
  async resetPassword({ id, phoneNumber }: Account, hash: string): Promise<boolean> {
    const bind = [id, phoneNumber, hash];
    return (await this.statements.first(sql.RESET_PASSWORD, bind)) !== undefined;
  }

  /** Replaces the hash of an unchanged password. */
  async rehash(account: Account, hash: string): Promise<void> {
    await this.statements.first(sql.REHASH, [account.id, hash, account.passwordHash]);
  }

  /** Ends all sessions, including this one, and all pending logins. */
  async endSessions(by: Session): Promise<boolean> {
    return (await this.statements.first(sql.END_SESSIONS, sessionKey(by))) !== undefined;
  }

  /** Deletes the account with all its data. */
  async remove(by: Session): Promise<boolean> {
    return (await this.statements.first(sql.REMOVE, sessionKey(by))) !== undefined;
  }

  /** Counts one code as wrong until {@link resetFactorAttempts}. @returns false once the account is locked */
  async consumeFactorAttempt(id: string): Promise<boolean> {
    return (await this.statements.first(sql.CONSUME_FACTOR_ATTEMPT, [id])) !== undefined;
  }

  /** Undoes {@link consumeFactorAttempt} for a code that was not compared. */
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
