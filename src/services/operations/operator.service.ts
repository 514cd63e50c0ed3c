import type { Statements } from '../../database/statements.js';
import type { Models } from '../../models/index.js';
import { formsOf } from '../../domain/national-forms.js';
import { DEFAULT_APPLICATION } from '../../domain/caller.js';
import type { VerificationStatus } from '../../domain/verification.js';
import { phoneKeyOf } from '../../domain/phone-key.js';
import { patternsOf, type NumberLimits } from '../limits/number-limits.js';
import type { UserFacts, UserService } from '../users/user.service.js';
import * as sql from './operator.sql.js';

export interface NumberRuleFacts {
  pattern: string;
  kind: 'block' | 'safe';
  note: string | null;
  createdAt: Date;
}

/**
 * Usage of one limit. `key` is the number, its prefix, its country or `all`; those of an application other than
 * `default` begin with its id.
 */
export interface UsedLimit {
  name: string;
  key: string;
  quota: number;
  windowSeconds: number;
  used: number;
}

export interface NumberState {
  phoneNumber: string;
  country: string;
  /** Wrong codes since the last success. */
  wrongRun: number;
  stopped: boolean;
  /** Seconds until the cool-down allows the next message. */
  cooldown: number;
  lastSendAt: Date | null;
  /** The rule in force comes first. */
  rules: NumberRuleFacts[];
  limits: UsedLimit[];
  user: Pick<UserFacts, 'status' | 'verifiedAt' | 'lastVerifiedAt'> | null;
  verifications: {
    id: string;
    purpose: string;
    channel: string;
    status: VerificationStatus;
    createdAt: Date;
  }[];
}

type NewestRow = NumberState['verifications'][number] & { applicationId: string };

const MAX_ERASE_ROUNDS = 10;

/** Limits on wrong credentials, counted in `limit_counters`. */
const WRONG_CREDENTIALS = ['password-per-phone', 'factor-per-account'];

/** Shows and changes the state of numbers for operators. Owns `number_rules`. */
export class OperatorService {
  constructor(
    private readonly statements: Statements,
    private readonly models: Pick<Models, 'NumberRule'>,
    private readonly users: UserService,
    private readonly limits: NumberLimits,
  ) {}

  /** The usage of all limits of a number, and its other data. */
  async number(phoneNumber: string, country: string): Promise<NumberState> {
    const phoneKey = phoneKeyOf(phoneNumber);
    const newest = await this.statements.all<NewestRow>(sql.NEWEST, [phoneKey]);
    const applications = new Set([DEFAULT_APPLICATION, ...newest.map((one) => one.applicationId)]);
    const rules = this.limits.inFull(phoneNumber, country, [...applications]);
    const { names, keys, quotas, windows } = rules;
    const row = await this.statements.first<{
      wrong_run: number;
      is_stopped: boolean;
      last_send_at: Date | null;
      cooldown: number | null;
    }>(sql.STATE, [phoneKey, this.limits.cooldownSeconds]);
    return {
      phoneNumber,
      country,
      wrongRun: row?.wrong_run ?? 0,
      stopped: row?.is_stopped ?? false,
      cooldown: row?.cooldown ?? 0,
      lastSendAt: row?.last_send_at ?? null,
      rules: await this.statements.all(sql.COVERING_RULES, [patternsOf(phoneNumber)]),
      limits: await this.statements.all(sql.USED, [names, keys, quotas, windows, phoneKey]),
      user: await this.user(phoneNumber),
      verifications: newest,
    };
  }

  /**
   * Unblocks a stopped number: resets its wrong-code run, its wrong-code limits and its cool-down. With
   * `sends`, also resets its send limits.
   */
  async unblock(
    phoneNumber: string,
    sends: boolean,
  ): Promise<{ wrongRun: number; counters: number }> {
    const row = await this.statements.first<{ wrongRun: number; counters: number }>(sql.UNBLOCK, [
      phoneNumber,
      phoneKeyOf(phoneNumber),
      WRONG_CREDENTIALS,
      sends,
    ]);
    return row ?? { wrongRun: 0, counters: 0 };
  }

  /** Creates a rule, or replaces its kind and note. */
  async putRule(
    pattern: string,
    kind: 'block' | 'safe',
    note: string | null,
  ): Promise<NumberRuleFacts | undefined> {
    return this.statements.first<NumberRuleFacts>(sql.PUT_RULE, [pattern, kind, note]);
  }

  /** Returns whether the rule existed. */
  async removeRule(pattern: string): Promise<boolean> {
    return (await this.models.NumberRule.destroy({ where: { pattern: formsOf(pattern) } })) > 0;
  }

  /** The rule that decides about a number. */
  async ruleInForce(phoneNumber: string): Promise<NumberRuleFacts | undefined> {
    return this.statements.first<NumberRuleFacts>(sql.COVERING_RULES, [patternsOf(phoneNumber)]);
  }

  async rules(): Promise<NumberRuleFacts[]> {
    const rules = await this.models.NumberRule.findAll({ order: ['pattern'] });
    return rules.map(({ pattern, kind, note, createdAt }) => ({ pattern, kind, note, createdAt }));
  }

  /**
   * Deletes all data of a number but its rules, and returns the number of deleted rows per table. Repeats
   * until nothing is left, because a statement that waits for a check in flight does not see what it wrote.
   * @throws Error when requests for the number keep adding data
   */
  async erase(phoneNumber: string): Promise<Record<string, number>> {
    const forms = formsOf(phoneNumber).map((form) => form.slice(1));
    const bind = [phoneNumber, phoneKeyOf(phoneNumber), forms];
    const erased: Record<string, number> = {};
    for (let round = 0; round < MAX_ERASE_ROUNDS; round += 1) {
      const counts = (await this.statements.first<Record<string, number>>(sql.ERASE, bind)) ?? {};
      for (const [table, count] of Object.entries(counts)) {
        erased[table] = (erased[table] ?? 0) + count;
      }
      if (Object.values(counts).every((count) => count === 0)) return erased;
    }
    throw new Error('Requests for this number keep adding data. Block it, then erase it again');
  }

  private async user(phoneNumber: string): Promise<NumberState['user']> {
    const user = await this.users.findByPhoneNumber(phoneNumber);
    if (!user) return null;
    const { status, verifiedAt, lastVerifiedAt } = user;
    return { status, verifiedAt, lastVerifiedAt };
  }
}
