import { newReference, newVerificationId } from '../../../../src/domain/verification-id.js';
import { patternsOf } from '../../../../src/services/limits/number-limits.js';
import * as attempt from '../../../../src/services/verifications/attempts.sql.js';
import * as record from '../../../../src/services/verifications/records.sql.js';
import { RecordsDatabase } from './records-harness.js';

export const HOUR = 3_600;
export const MAX_ATTEMPTS = 5;
export const COOLDOWN_SECONDS = 30;
export const SEND_QUOTA = 3;
export const GUESS_QUOTA = 2;
const LIFETIME_SECONDS = 300;

export type Row = Record<string, unknown>;
export interface Item extends Row {
  id: string;
}

const idsOf = (items: readonly Item[]): string[] => items.map(({ id }) => id);

/** Calls the statements of several verifications directly: concurrent requests rarely form a batch. */
export class ArrayStatements {
  constructor(readonly database: RecordsDatabase) {}

  static async open(): Promise<ArrayStatements> {
    return new ArrayStatements(await RecordsDatabase.open());
  }

  rows(sql: string, bind: unknown[] = []): Promise<Row[]> {
    return this.database.rows(sql, bind);
  }

  openAll(items: readonly Item[]): Promise<Row[]> {
    const limits = [[SEND_QUOTA], [HOUR], [GUESS_QUOTA], [HOUR]];
    const rules = [MAX_ATTEMPTS, LIFETIME_SECONDS, COOLDOWN_SECONDS];
    return this.rows(record.OPEN, [JSON.stringify(items), ...rules, ...limits]);
  }

  takeAll(
    ids: readonly string[],
    takenBy: 'holder' | 'phone' = 'holder',
    applications: readonly string[] | null = null,
  ): Promise<Row[]> {
    const statement = attempt.TAKE_ATTEMPTS.replace("'holder'", `'${takenBy}'`);
    return this.rows(statement, [ids, [GUESS_QUOTA], [HOUR], applications]);
  }

  markSent(items: readonly Item[]): Promise<Row[]> {
    return this.rows(record.MARK_SENT, [idsOf(items), JSON.stringify(items)]);
  }

  markVerified(items: readonly Item[]): Promise<Row[]> {
    const bind = [idsOf(items), JSON.stringify(items), COOLDOWN_SECONDS];
    return this.rows(attempt.MARK_VERIFIED, bind);
  }

  /** Inserts a verification that can be checked, and its number. `state` is a list of assignments. */
  async stored(phone: string, state = '', ofNumber = ''): Promise<string> {
    const id = newVerificationId(Date.now());
    await this.rows(
      `INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, provider, send_reference,
         status, max_attempts, expires_at, resend_at)
       VALUES ($1, $2::text, $2::text, 'US', 'verification', 'sms', 'sinch-verification', $3, 'pending', $4,
         now() + interval '5 minutes', now())`,
      [id, phone, newReference(id), MAX_ATTEMPTS],
    );
    await this.number(phone, ofNumber);
    if (state !== '') await this.rows(`UPDATE verifications SET ${state} WHERE id = $1`, [id]);
    return id;
  }

  async number(phone: string, state = ''): Promise<void> {
    await this.rows(`INSERT INTO phone_limits (phone_key) VALUES ($1) ON CONFLICT DO NOTHING`, [
      phone,
    ]);
    if (state !== '')
      await this.rows(`UPDATE phone_limits SET ${state} WHERE phone_key = $1`, [phone]);
  }

  /** Everything that the statements may change. */
  async everything(): Promise<Row> {
    const tables = ['verifications', 'verification_events', 'phone_limits', 'limit_counters'];
    const all: Row = {};
    for (const table of [...tables, 'users', 'idempotency_keys'])
      all[table] = await this.rows(`SELECT * FROM ${table} AS t ORDER BY t::text`);
    return all;
  }
}

/** One message to open. Its shared limit refuses nothing. */
export function opening(phone: string, more: Row = {}): Item {
  const id = newVerificationId(Date.now());
  return {
    ...{ id, phone_number: phone, phone_key: phone, country: 'US', purpose: 'verification' },
    ...{ channel: 'sms', locale: null, reference: null, provider: 'sinch-verification' },
    ...{ send_reference: newReference(id), key_hash: null, login_id: null, binding: null },
    ...{ patterns: patternsOf(phone), names: ['send-total'], keys: ['all'] },
    ...{ quotas: [100], windows: [HOUR] },
    ...more,
  };
}
