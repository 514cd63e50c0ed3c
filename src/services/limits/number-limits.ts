import { DEFAULT_APPLICATION } from '../../domain/caller.js';
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
  /** Bounds what the applications may send together, but for their backends. */
  sendAllApplications: readonly Limit[];
  /** Per country, for numbers verified before and for logins, each counted apart. */
  sendToVerified: readonly Limit[];
  /** For backends of applications that set no quota. */
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
/** Limits of numbers that were verified before, as callers see them. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  'send-to-verified': 'send-per-country',
  'send-to-verified-total': 'send-total',
  'send-to-verified-all-applications': 'send-all-applications',
};
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

  /** Every limit of a number in these applications as configured, without shards and their own quotas. */
  inFull(phoneNumber: string, country: string, applicationIds: readonly string[]): SharedRules {
    const { sendPerPhone, wrongPerPhone } = this.rules;
    const shared = applicationIds.flatMap((applicationId) =>
      (['shared', 'login'] as const).flatMap((kind) =>
        this.shared(phoneNumber, country, { kind, applicationId, quotas: [] }),
      ),
    );
    return lists([
      ...rules('send-per-phone', phoneNumber, sendPerPhone),
      ...rules('wrong-per-phone', phoneNumber, wrongPerPhone),
      ...new Map(
        shared.map((rule) => [`${rule.name} ${rule.key} ${rule.windowSeconds}`, rule]),
      ).values(),
    ]);
  }

  /**
   * Names the limit as strangers see it, with the configured quota in place of that of a shard. A number that
   * was verified before has the limits of others, so that the answer does not tell which it is.
   */
  asConfigured(refusal: Refusal, budget: Budget): Refusal {
    const { limit } = refusal;
    if (!limit) return refusal;
    const rules = this.shared('', '', budget);
    const publicName = PUBLIC_NAMES[limit.name] ?? limit.name;
    const whole =
      rules.find((one) => one.name === publicName && one.windowSeconds === limit.windowSeconds) ??
      rules.find(({ name }) => name === publicName) ??
      rules.find(({ name }) => name === limit.name);
    if (!whole) return refusal;
    const { count: quota, windowSeconds } = whole;
    return { ...refusal, by: publicName, limit: { name: publicName, quota, windowSeconds } };
  }

  /** The limits of a guess that no message has paid for. */
  ofGuess(): Windows {
    return windowsOf(this.rules.wrongPerPhone);
  }

  /**
   * Strangers can spend the limits for unknown numbers, so nothing else counts against those. Strangers of one
   * application spend nothing of another, until all reach the ceiling.
   */
  private shared(phoneNumber: string, country: string, budget: Budget): Rule[] {
    const { kind, applicationId, quotas } = budget;
    const { sendPerPrefix, sendPerCountry, sendTotal, sendAllApplications, sendToVerified } =
      this.rules;
    const ownQuota = (key: string, verified: boolean | null = null) =>
      rules('send-per-application', `${applicationId}|${key}`, quotas, verified);
    if (kind === 'backend') {
      const all = quotas.length > 0 ? quotas : this.rules.sendPerApplication;
      return rules('send-per-application', applicationId, all);
    }
    const owner = applicationId === DEFAULT_APPLICATION ? '' : `${applicationId}|`;
    if (kind === 'login') {
      return [
        ...rules('send-for-login', owner + country, sendToVerified),
        ...rules('send-for-login-total', `${owner}all`, sendTotal),
        ...rules('send-for-login-all-applications', 'all', sendAllApplications),
        ...ownQuota('login'),
      ];
    }
    const prefix = phoneNumber.slice(0, -PREFIX_OMITS_DIGITS);
    return [
      ...rules('send-per-prefix', owner + prefix, sendPerPrefix, false),
      ...rules('send-per-country', owner + country, sendPerCountry, false),
      ...rules('send-total', `${owner}all`, sendTotal, false),
      ...rules('send-all-applications', 'all', sendAllApplications, false),
      ...rules('send-to-verified', owner + country, sendToVerified, true),
      ...rules('send-to-verified-total', `${owner}all`, sendTotal, true),
      ...rules('send-to-verified-all-applications', 'all', sendAllApplications, true),
      ...ownQuota('shared', false),
      ...ownQuota('verified', true),
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
