import type { Statements } from '../database/statements.js';
import type { Limit } from '../domain/limit.js';
import { refusedByLimit } from './otp.refusals.js';
import { refusalOf, type RefusalRow } from './verification-refusals.js';

/** What is counted, and per what: an address, a number, an account. */
export type CredentialLimitName = 'auth-per-ip' | 'password-per-phone' | 'factor-per-account';
export type CredentialLimitRules = Readonly<Record<CredentialLimitName, readonly Limit[]>>;

const TAKE = `
SELECT now() AS taken_at, t.refused_by, t.quota, t.window_seconds, t.wait
FROM (SELECT 1) AS one LEFT JOIN take_limits($1::text[], $2::text[], $3::int[], $4::int[]) AS t ON true`;
const GIVE_BACK = `SELECT give_back($1::text[], $2::text[], $3::int[], $4::timestamptz) AS rows`;

/** A try that was counted, to be given back when it proves right. */
export interface TakenTry {
  name: CredentialLimitName;
  key: string;
  takenAt: Date;
}

/**
 * Counts tries of credentials as wrong before they are judged, over all processes; a right one is given back. Owns the
 * rows of `limit_counters` under its names.
 */
export class CredentialLimitService {
  constructor(
    private readonly statements: Statements,
    private readonly rules: CredentialLimitRules,
  ) {}

  /** @throws AppError `rate_limited` */
  async take(name: CredentialLimitName, key: string): Promise<TakenTry> {
    const limits = this.rules[name];
    const { names, keys } = lists(name, key, limits);
    const quotas = limits.map((limit) => limit.count);
    const bind = [names, keys, quotas, windowsOf(limits)];
    const row = await this.statements.first<RefusalRow & { taken_at: Date }>(TAKE, bind);
    if (!row) throw new Error('TAKE returned nothing');
    const refusal = refusalOf(row);
    if (refusal) throw refusedByLimit(refusal);
    return { name, key, takenAt: row.taken_at };
  }

  async giveBack({ name, key, takenAt }: TakenTry): Promise<void> {
    const limits = this.rules[name];
    if (limits.length === 0) return;
    const { names, keys } = lists(name, key, limits);
    await this.statements.finishing.all(GIVE_BACK, [names, keys, windowsOf(limits), takenAt]);
  }
}

function lists(name: string, key: string, limits: readonly Limit[]) {
  return { names: limits.map(() => name), keys: limits.map(() => key) };
}

function windowsOf(limits: readonly Limit[]): number[] {
  return limits.map((limit) => limit.windowSeconds);
}
