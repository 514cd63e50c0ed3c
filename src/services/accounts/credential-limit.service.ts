import type { Statements } from '../../database/statements.js';
import type { Limit } from '../../domain/limit.js';
import { isHasherOverloaded } from './password/hashing.js';
import { refusalOf, refusedByLimit, type RefusalRow } from '../limits/refusals.js';

/** Limits of credential attempts, per IP address, phone number or account. */
export type CredentialLimitName =
  | 'auth-per-ip'
  | 'hash-per-ip'
  | 'password-per-phone'
  | 'factor-per-account'
  | 'new-factor-per-account';
export type CredentialLimitRules = Readonly<Record<CredentialLimitName, readonly Limit[]>>;

const CONSUME = `
SELECT now() AS taken_at, t.refused_by, t.quota, t.window_seconds, t.wait
FROM (SELECT 1) AS one LEFT JOIN take_limits($1::text[], $2::text[], $3::int[], $4::int[]) AS t ON true`;
const REFUND = `SELECT give_back($1::text[], $2::text[], $3::int[], $4::timestamptz) AS rows`;

/** What a limit counts for, and the multiple of its count. */
export interface CountedKey {
  key: string;
  factor: number;
}

/** A counted attempt, refunded when it proves right. */
export interface ConsumedAttempt {
  name: CredentialLimitName;
  keys: readonly CountedKey[];
  takenAt: Date;
}

/**
 * Counts credential attempts before they are checked, across all processes, and refunds right ones.
 * Owns the rows of `limit_counters` with its names.
 */
export class CredentialLimitService {
  constructor(
    private readonly statements: Statements,
    private readonly rules: CredentialLimitRules,
  ) {}

  /**
   * Counts one attempt, for each key.
   * @param always limits counted in the same step and never refunded
   * @throws AppError `rate_limited`
   */
  async consume(
    name: CredentialLimitName,
    key: string | readonly CountedKey[],
    ...always: CredentialLimitName[]
  ): Promise<ConsumedAttempt> {
    const keys = typeof key === 'string' ? [{ key, factor: 1 }] : key;
    const limits = [name, ...always].flatMap((of) => this.rulesOf(of, keys));
    const bind = [namesOf(limits), keysOf(limits), limits.map(({ count }) => count)];
    bind.push(windowsOf(limits));
    const row = await this.statements.first<RefusalRow & { taken_at: Date }>(CONSUME, bind);
    if (!row) throw new Error('take_limits returned no row');
    const refusal = refusalOf(row);
    if (refusal) throw refusedByLimit(refusal);
    return { name, keys, takenAt: row.taken_at };
  }

  async refund({ name, keys, takenAt }: ConsumedAttempt): Promise<void> {
    const limits = this.rulesOf(name, keys);
    if (limits.length === 0) return;
    const bind = [namesOf(limits), keysOf(limits), windowsOf(limits), takenAt];
    await this.statements.finishing.all(REFUND, bind);
  }

  /**
   * Counts one attempt, and refunds it if it is right or the hasher is overloaded.
   * @throws AppError `rate_limited`, and the errors of `compare`
   */
  async limitFailures(
    name: CredentialLimitName,
    key: string,
    compare: () => Promise<boolean>,
  ): Promise<boolean> {
    const consumed = await this.consume(name, key);
    const right = await undoIfOverloaded(compare, () => this.refund(consumed));
    if (right) await this.refund(consumed);
    return right;
  }

  private rulesOf(name: CredentialLimitName, keys: readonly CountedKey[]): CountedLimit[] {
    return this.rules[name].flatMap(({ count, windowSeconds }) =>
      keys.map(({ key, factor }) => ({ name, key, count: count * factor, windowSeconds })),
    );
  }
}

interface CountedLimit extends Limit {
  name: CredentialLimitName;
  key: string;
}

/** Calls `undo` when the hasher was too busy to compare. */
export async function undoIfOverloaded<T>(
  compare: () => Promise<T>,
  undo: () => Promise<void>,
): Promise<T> {
  try {
    return await compare();
  } catch (error) {
    if (isHasherOverloaded(error)) await undo();
    throw error;
  }
}

function namesOf(limits: readonly CountedLimit[]): string[] {
  return limits.map(({ name }) => name);
}

function keysOf(limits: readonly CountedLimit[]): string[] {
  return limits.map(({ key }) => key);
}

function windowsOf(limits: readonly Limit[]): number[] {
  return limits.map((limit) => limit.windowSeconds);
}
