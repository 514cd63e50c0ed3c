import type { Statements } from '../../database/statements.js';
import type { Session } from '../../domain/account.js';
import { newBackupCodes, parseBackupCode, formatBackupCode } from '../../domain/backup-code.js';
import type { Hasher } from './password/hashing.js';
import { sessionKey } from './session-authenticator.js';

const CODES = 10;

/** $1 account, $2 session, $3 version admitted, $4 selectors, $5 hashes */
const REPLACE = `SELECT replace_backup_codes($1::uuid, $2::uuid, $3::int, $4::text[], $5::text[]) AS done`;
const LEFT = `SELECT count(*)::int AS codes FROM account_backup_codes WHERE account_id = $1 AND used_at IS NULL`;
const FIND = `
SELECT code_hash FROM account_backup_codes WHERE account_id = $1 AND selector = $2 AND used_at IS NULL`;
/** Of any number of uses one finds it unused. $3 hash as it was compared */
const CONSUME = `
UPDATE account_backup_codes SET used_at = now()
WHERE account_id = $1 AND selector = $2 AND code_hash = $3 AND used_at IS NULL RETURNING selector`;

/** Owns `account_backup_codes`: ten codes for when the phone is gone, each good once. */
export class BackupCodeService {
  constructor(
    private readonly statements: Statements,
    private readonly hasher: Hasher,
  ) {}

  /** A new set in place of the old one, in clear this once; undefined when the session has ended meanwhile. */
  async replace(by: Session): Promise<string[] | undefined> {
    const codes = newBackupCodes(CODES);
    const hashes: string[] = [];
    // One after the other: ten at once would keep everybody else from logging in.
    for (const { secret } of codes) hashes.push(await this.hasher.hash(secret));
    const selectors = codes.map(({ selector }) => selector);
    const bind = [...sessionKey(by), selectors, hashes];
    const row = await this.statements.first<{ done: boolean }>(REPLACE, bind);
    return row?.done === true ? codes.map(formatBackupCode) : undefined;
  }

  /** How many are not used. */
  async left(accountId: string): Promise<number> {
    const row = await this.statements.first<{ codes: number }>(LEFT, [accountId]);
    return row?.codes ?? 0;
  }

  /** Whether the code is right and was not used: of any number of calls one gets a yes. One comparison, whatever is given. */
  async consume(accountId: string, text: string): Promise<boolean> {
    const code = parseBackupCode(text);
    const bind = [accountId, code?.selector ?? ''];
    const row = await this.statements.first<{ code_hash: string }>(FIND, bind);
    const right = await this.hasher.matches(row?.code_hash, code?.secret ?? '');
    if (!row || !right) return false;
    return (await this.statements.first(CONSUME, [...bind, row.code_hash])) !== undefined;
  }
}
