import { randomUUID } from 'node:crypto';
import type { Statements } from '../database/statements.js';
import type { Account } from '../domain/account.js';
import * as sql from './account-record.sql.js';

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
  async open(account: NewAccount): Promise<{ id: string; replaced: boolean }> {
    const { phoneNumber, country, passwordHash, name } = account;
    const id = randomUUID();
    const bind = [id, phoneNumber, country, passwordHash, name];
    const row = await this.statements.first<{ replaced: number }>(sql.OPEN, bind);
    return { id, replaced: (row?.replaced ?? 0) > 0 };
  }

  /** Puts it on another proved number, and ends its sessions. @returns the new version, undefined when it is gone */
  async move(id: string, phoneNumber: string, country: string): Promise<number | undefined> {
    return this.version(sql.MOVE, [id, phoneNumber, country]);
  }

  /**
   * Sets another password, and ends all sessions and logins under way.
   * @param instead the hash that must still be there; undefined: whichever
   * @returns the new version, undefined when it is gone or has another password meanwhile
   */
  async setPassword(id: string, hash: string, instead?: string): Promise<number | undefined> {
    return this.version(sql.SET_PASSWORD, [id, hash, instead ?? null]);
  }

  /** The same password in a better hash. */
  async rehash(account: Account, hash: string): Promise<void> {
    await this.statements.first(sql.REHASH, [account.id, hash, account.passwordHash]);
  }

  /** Ends all sessions and logins under way. @returns the new version, undefined when it is gone */
  async endSessions(id: string): Promise<number | undefined> {
    return this.version(sql.RAISE_VERSION, [id]);
  }

  /** With all that hangs on it. */
  async remove(id: string): Promise<void> {
    await this.statements.first(sql.REMOVE, [id]);
  }

  /** Whether one more code may be compared; it counts as wrong until {@link forgetWrongFactors}. */
  async takeFactorTry(id: string): Promise<boolean> {
    return (await this.statements.first(sql.TAKE_FACTOR_TRY, [id])) !== undefined;
  }

  async forgetWrongFactors(id: string): Promise<void> {
    await this.statements.finishing.first(sql.FORGET_WRONG_FACTORS, [id]);
  }

  private async version(statement: string, bind: unknown[]): Promise<number | undefined> {
    const row = await this.statements.first<{ version: number | null }>(statement, bind);
    return row?.version ?? undefined;
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
