import type { Sequelize } from 'sequelize';
import { DatabaseClock } from '../../../../src/database/clock.js';
import type { Database } from '../../../../src/database/database.js';
import { Statements } from '../../../../src/database/statements.js';
import { DEFAULT_APPLICATION } from '../../../../src/domain/caller.js';
import type {
  CheckKey,
  TakenVerification,
  Verification,
} from '../../../../src/domain/verification.js';
import {
  NumberLimits,
  type NumberLimitRules,
} from '../../../../src/services/limits/number-limits.js';
import {
  VerificationAttemptService,
  type NotOpen,
} from '../../../../src/services/verifications/attempts.service.js';
import { VerificationRecordService } from '../../../../src/services/verifications/records.service.js';
import { DEFAULT_SCOPE } from '../../../../src/domain/scope.js';
import type { Refusal } from '../../../../src/services/limits/refusals.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { openDatabase } from '../../../support/open-database.js';
import { freshNumber } from '../../../support/service.js';

const HOUR = 3_600;
const RULES: NumberLimitRules = {
  resendCooldownSeconds: 30,
  sendPerPhone: [{ count: 3, windowSeconds: HOUR }],
  wrongPerPhone: [{ count: 10, windowSeconds: HOUR }],
  sendPerPrefix: [{ count: 10_000, windowSeconds: HOUR }],
  sendPerCountry: [{ count: 100_000, windowSeconds: 24 * HOUR }],
  sendTotal: [{ count: 100_000, windowSeconds: 24 * HOUR }],
  sendAllApplications: [{ count: 400_000, windowSeconds: 24 * HOUR }],
  sendToVerified: [{ count: 100_000, windowSeconds: 24 * HOUR }],
  sendPerApplication: [],
};

const itemsOf = (list: unknown): number =>
  (typeof list === 'string' ? (JSON.parse(list) as unknown[]) : (list as unknown[])).length;

class RecordingStatements extends Statements {
  readonly asked: string[] = [];
  readonly failures: unknown[] = [];
  override readonly finishing = this;

  override async all<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    const [, statement] =
      /FROM (open_verifications|mark_sent|take_attempts|mark_verified)\(/.exec(sql) ?? [];
    if (statement !== undefined) this.asked.push(itemsOf(bind[0]) === 1 ? 'one' : statement);
    try {
      return await super.all<Row>(sql, bind);
    } catch (error) {
      this.failures.push(error);
      throw error;
    }
  }
}

export class RecordServices {
  readonly statements: RecordingStatements;
  readonly records: VerificationRecordService;
  readonly attempts: VerificationAttemptService;

  constructor(
    readonly db: Database,
    rules: Partial<NumberLimitRules> = {},
  ) {
    const limits = new NumberLimits({ ...RULES, ...rules });
    this.statements = new RecordingStatements(db);
    const life = { ttlSeconds: 300, maxAttempts: 5 };
    this.records = new VerificationRecordService(
      this.statements,
      new DatabaseClock(new Statements(db)),
      limits,
      life,
    );
    this.attempts = new VerificationAttemptService(this.statements, limits);
  }

  takeStatements(): string[] {
    return this.statements.asked.splice(0);
  }

  open(phoneNumber: string, more: Partial<Verification> = {}, key: string | null = null) {
    const texts = { locale: null, reference: 'order "7" \\ of {today}', purpose: 'login' };
    const way = { channel: 'sms' as const, provider: 'sinch-verification', country: 'US' };
    const own = { applicationId: DEFAULT_APPLICATION, loginId: null, binding: null, phoneNumber };
    return this.records.open({ ...texts, ...way, ...own, ...more }, DEFAULT_SCOPE.budget, key);
  }

  sent(sending: Verification) {
    return this.records.markSent(sending, { providerReference: 'r-1', codeLength: 4 });
  }

  take(id: string) {
    return this.attempts.take(id);
  }

  approve(taken: TakenVerification, key: CheckKey | null = null) {
    return this.attempts.markVerified(taken, { proofId: `proof-${taken.id}`, key });
  }
}

export type Step = <T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
) => Promise<R[]>;
export const concurrently: Step = (items, work) => Promise.all(items.map(work));
export const sequentially: Step = async (items, work) => {
  const results = [];
  for (const [i, item] of items.entries()) results.push(await work(item, i));
  return results;
};

export const opened = (outcome: Verification | Refusal): Verification => {
  if ('by' in outcome) throw new Error(`refused by ${outcome.by}`);
  return outcome;
};
export const taken = (outcome: TakenVerification | Refusal | NotOpen): TakenVerification => {
  if (!('id' in outcome)) throw new Error('not taken');
  return outcome;
};
export const outcomeOf = (outcome: Verification | Refusal): string =>
  'by' in outcome ? outcome.by : 'opened';
export const freshNumbers = (count: number): string[] => Array.from({ length: count }, freshNumber);

/** All rows of these numbers, without times and ids, which differ between runs. */
const ROWS_OF_NUMBERS = `
SELECT jsonb_agg(jsonb_build_object(
  'v', to_jsonb(v) - '{id,phone_number,phone_key,send_reference,proof_id,created_at,updated_at,send_started_at,expires_at,resend_at,sent_at,verified_at,last_attempt_at}'::text[],
  'life', v.expires_at - v.created_at, 'again', v.resend_at - v.created_at, 'started', v.send_started_at = v.created_at,
  'in order', v.created_at < v.sent_at AND v.sent_at < v.last_attempt_at AND v.last_attempt_at < v.verified_at,
  'proof', v.proof_id = 'proof-' || v.id, 'reference', v.send_reference IS NOT NULL,
  'events', (SELECT jsonb_agg(jsonb_build_array(e.type, e.detail) ORDER BY e.id) FROM verification_events AS e WHERE e.verification_id = v.id),
  'number', to_jsonb(p) - '{phone_key,last_send_at,next_send_at,updated_at,sends,guesses}'::text[],
  'sends', p.sends = ARRAY[v.created_at], 'guesses', p.guesses, 'again at', p.next_send_at - p.last_send_at,
  'user', to_jsonb(u) - '{id,phone_number,verified_at,last_verified_at,created_at,updated_at}'::text[],
  'proved', u.verified_at = v.verified_at AND u.last_verified_at = v.verified_at
) ORDER BY v.phone_number) AS written
FROM verifications AS v JOIN phone_limits AS p USING (phone_key) JOIN users AS u ON u.phone_number = v.phone_number
WHERE v.phone_number = ANY ($1)`;

export class RecordsDatabase {
  readonly db: Sequelize;
  readonly connections: Database;
  private readonly pools: Database[] = [];

  private constructor(private readonly database: TestDatabase) {
    this.connections = this.connect();
    this.db = this.connections.sequelize;
  }

  static async open(): Promise<RecordsDatabase> {
    return new RecordsDatabase(await createTestDatabase());
  }

  get url(): string {
    return this.database.url;
  }

  twoProcesses(rules: Partial<NumberLimitRules>): [RecordServices, RecordServices] {
    return [new RecordServices(this.connections, rules), new RecordServices(this.connect(), rules)];
  }

  async disconnect(): Promise<void> {
    for (const pool of this.pools.splice(0)) await pool.close();
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.database.drop();
  }

  private connect(): Database {
    const pool = openDatabase(this.url);
    this.pools.push(pool);
    return pool;
  }

  async rows(sql: string, bind: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.db.query(sql, { bind, raw: true }))[0] as Record<string, unknown>[];
  }

  counted(): Promise<unknown[]> {
    return this.rows(
      `SELECT limit_name, sum(n)::int AS n FROM limit_counters CROSS JOIN unnest(counts) AS n GROUP BY 1 ORDER BY 1`,
    );
  }

  /** Verifies these numbers and returns the resulting rows. */
  async verifyAll(services: RecordServices, phones: string[], step: Step): Promise<unknown> {
    const begun = (await step(phones, (phone) => services.open(phone))).map(opened);
    const pending = await step(begun, (one) => services.sent(one));
    const held = (await step(pending, (one) => services.take(one!.id))).map(taken);
    const at = await step(held, (one) => services.approve(one));
    expect(at.every((moment) => moment instanceof Date)).toBe(true);
    expect(held.map(({ phoneNumber }) => phoneNumber)).toEqual(phones);
    const [all] = await this.rows(ROWS_OF_NUMBERS, [phones]);
    return all!['written'];
  }
}
