import type { Limit } from '../../domain/limit.js';
import { formsOf } from '../../domain/national-forms.js';
import type { Budget } from '../../domain/scope.js';
import type { Refusal } from './refusals.js';

/** Limits counted in Postgres. */
export interface NumberLimitRules {
  resendCooldownSeconds: number;
  sendPerPhone: readonly Limit[];
  wrongPerPhone: readonly Limit[];
  sendPerPrefix: readonly Limit[];
  sendPerCountry: readonly Limit[];
  sendTotal: readonly Limit[];
  /** Per country, for numbers verified before and for logins, each counted apart. */
  sendToVerified: readonly Limit[];
  /** For applications that set no quota. */
  sendPerApplication: readonly Limit[];
}

/** Limits of one log of a number, as parallel arrays for the SQL functions. */
export interface Windows {
  quotas: number[];
  windows: number[];
}

/** Limits that several numbers share, as parallel arrays in lock order. */
export interface SharedRules extends Windows {
  names: string[];
  keys: string[];
  /** Whether the limit is for numbers verified before, or only for others; null: for all. */
  verified: (boolean | null)[];
}

/** Limits of a message that apply to each number separately. */
export interface NumberRules {
  sends: Windows;
  /** Limits of the guess that the message pays for; empty for a resend. */
  guesses: Windows;
}

/** All limits of a message. */
export interface SendRules extends NumberRules {
  shared: SharedRules;
}

interface Rule extends Limit {
  name: string;
  key: string;
  verified: boolean | null;
}

const PREFIX_OMITS_DIGITS = 4;
const MIN_SHARD_QUOTA = 1_000;
const MAX_SHARDS = 64;
const SHARD_DIGITS = 6;

/** Turns the configured limits into parameters for the SQL functions. Postgres does the counting. */
export class NumberLimits {
  constructor(private readonly rules: NumberLimitRules) {}

  get cooldownSeconds(): number {
    return this.rules.resendCooldownSeconds;
  }

  /**
   * The limits of a message. The first message of a verification also pays for its first guess; a resend
   * does not.
   */
  ofSend(phoneNumber: string, country: string, budget: Budget, paysForGuess: boolean): SendRules {
    return {
      ...this.ofNumber(paysForGuess),
      shared: this.ofShared(phoneNumber, country, budget),
    };
  }

  /** The shared limits of {@link ofSend}. */
  ofShared(phoneNumber: string, country: string, budget: Budget): SharedRules {
    const whole = this.shared(phoneNumber, country, budget);
    return lists(whole.map((rule) => shardOf(rule, phoneNumber)));
  }

  /** The limits of {@link ofSend} that are the same for all numbers. */
  ofNumber(paysForGuess: boolean): NumberRules {
    const { sendPerPhone, wrongPerPhone } = this.rules;
    return {
      sends: windowsOf(sendPerPhone),
      guesses: windowsOf(paysForGuess ? wrongPerPhone : []),
    };
  }

  /** Every limit of a number as configured, without shards and the quotas of applications. */
  inFull(phoneNumber: string, country: string): SharedRules {
    const { sendPerPhone, wrongPerPhone } = this.rules;
    return lists([
      ...rules('send-per-phone', phoneNumber, sendPerPhone),
      ...rules('wrong-per-phone', phoneNumber, wrongPerPhone),
      ...this.shared(phoneNumber, country, { kind: 'shared' }),
      ...this.shared(phoneNumber, country, { kind: 'login' }),
    ]);
  }

  /** Replaces the quota of a shard by the configured quota. */
  asConfigured(refusal: Refusal, budget: Budget): Refusal {
    const { limit } = refusal;
    const whole = this.shared('', '', budget).find(
      ({ name, windowSeconds }) => name === limit?.name && windowSeconds === limit.windowSeconds,
    );
    return limit && whole ? { ...refusal, limit: { ...limit, quota: whole.count } } : refusal;
  }

  /** The limits of a guess that no message has paid for. */
  ofGuess(): Windows {
    return windowsOf(this.rules.wrongPerPhone);
  }

  /** Strangers can spend the limits for unknown numbers, so nothing else counts against those. */
  private shared(phoneNumber: string, country: string, budget: Budget): Rule[] {
    const { sendPerPrefix, sendPerCountry, sendTotal, sendToVerified } = this.rules;
    if (budget.kind === 'application') {
      const quotas = budget.quotas ?? this.rules.sendPerApplication;
      return rules('send-per-application', budget.applicationId, quotas);
    }
    if (budget.kind === 'login') {
      return [
        ...rules('send-for-login', country, sendToVerified),
        ...rules('send-for-login-total', 'all', sendTotal),
      ];
    }
    const prefix = phoneNumber.slice(0, -PREFIX_OMITS_DIGITS);
    return [
      ...rules('send-per-prefix', prefix, sendPerPrefix, false),
      ...rules('send-per-country', country, sendPerCountry, false),
      ...rules('send-total', 'all', sendTotal, false),
      ...rules('send-to-verified', country, sendToVerified, true),
      ...rules('send-to-verified-total', 'all', sendTotal, true),
    ];
  }
}

/** Every pattern in `number_rules` that covers the number: its forms and their prefixes with a star. */
export function patternsOf(phoneNumber: string): string[] {
  return formsOf(phoneNumber).flatMap((form) => [form, ...prefixesOf(form)]);
}

function prefixesOf(form: string): string[] {
  return Array.from({ length: form.length - 1 }, (_, i) => `${form.slice(0, i + 2)}*`);
}

/**
 * Splits a large limit into shards by the last digits of the number. A single counter stays locked until its
 * message is committed, so it would serialise all messages. The shards add up to the quota, so it is never
 * exceeded; a full shard can refuse a little before the quota is used up.
 */
function shardOf(rule: Rule, phoneNumber: string): Rule {
  const shards = Math.min(MAX_SHARDS, Math.floor(rule.count / MIN_SHARD_QUOTA));
  if (shards < 2) return rule;
  const shard = Number(phoneNumber.slice(-SHARD_DIGITS)) % shards;
  const count = Math.floor(rule.count / shards) + (shard < rule.count % shards ? 1 : 0);
  return { ...rule, key: `${rule.key}/${shard}`, count };
}

function rules(
  name: string,
  key: string,
  limits: readonly Limit[],
  verified: boolean | null = null,
): Rule[] {
  return limits.map((limit) => ({ name, key, verified, ...limit }));
}

function windowsOf(limits: readonly Limit[]): Windows {
  return {
    quotas: limits.map((limit) => limit.count),
    windows: limits.map((limit) => limit.windowSeconds),
  };
}

function lists(all: readonly Rule[]): SharedRules {
  return {
    names: all.map((rule) => rule.name),
    keys: all.map((rule) => rule.key),
    quotas: all.map((rule) => rule.count),
    windows: all.map((rule) => rule.windowSeconds),
    verified: all.map((rule) => rule.verified),
  };
}
