import type { Statements } from '../../database/statements.js';
import type { Session } from '../../domain/account.js';
import { newBackupCodes, parseBackupCode, formatBackupCode } from '../../domain/backup-code.js';
import type { Hasher } from './password/hashing.js';
import { SESSION_PARAMETERS } from './records.sql.js';
import { sessionKey } from './session-authenticator.js';

const CODE_COUNT = 10;

/** $4 selectors, $5 hashes */
const REPLACE = `SELECT replace_backup_codes(${SESSION_PARAMETERS}, $4::text[], $5::text[]) AS done`;
const LEFT = `SELECT count(*)::int AS codes FROM account_backup_codes WHERE account_id = $1 AND used_at IS NULL`;
const FIND = `
SELECT code_hash FROM account_backup_codes WHERE account_id = $1 AND selector = $2 AND used_at IS NULL`;
/** Of concurrent uses, one finds the code unused. $1 account, $2 selector, $3 the compared hash */
const CONSUME = `
UPDATE account_backup_codes SET used_at = now()
WHERE account_id = $1 AND selector = $2 AND code_hash = $3 AND used_at IS NULL RETURNING selector`;

/** Owns `account_backup_codes`: ten single-use codes for a user who has lost the phone. */
export class BackupCodeService {
  constructor(
    private readonly statements: Statements,
    private readonly hasher: Hasher,
  ) {}

  /** Replaces all codes and returns the new ones in plain text; undefined when the session has ended. */
  async replace(by: Session): Promise<string[] | undefined> {
    const codes = newBackupCodes(CODE_COUNT);
    const hashes: string[] = [];
    // One at a time: ten concurrent hashes would block logins.
    for (const { secret } of codes) hashes.push(await this.hasher.hash(secret));
    const selectors = codes.map(({ selector }) => selector);
    const bind = [...sessionKey(by), selectors, hashes];
    const row = await this.statements.first<{ done: boolean }>(REPLACE, bind);
    return row?.done === true ? codes.map(formatBackupCode) : undefined;
  }

  async left(accountId: string): Promise<number> {
    const row = await this.statements.first<{ codes: number }>(LEFT, [accountId]);
    return row?.codes ?? 0;
  }

  /** Uses up a code. True for one of concurrent calls with a right code. Always compares one hash. */
  async consume(accountId: string, text: string): Promise<boolean> {
    const code = parseBackupCode(text);
    const bind = [accountId, code?.selector ?? ''];
    const row = await this.statements.first<{ code_hash: string }>(FIND, bind);
    const right = await this.hasher.matches(row?.code_hash, code?.secret ?? '');
    if (!row || !right) return false;
    return (await this.statements.first(CONSUME, [...bind, row.code_hash])) !== undefined;
  }
}
