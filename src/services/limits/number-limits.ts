import type { Limit } from '../../domain/limit.js';
import type { Refusal } from './refusals.js';

/** The limits that are counted in Postgres. */
export interface NumberLimitRules {
  resendCooldownSeconds: number;
  sendPerPhone: readonly Limit[];
  wrongPerPhone: readonly Limit[];
  sendPerPrefix: readonly Limit[];
  sendPerCountry: readonly Limit[];
  sendTotal: readonly Limit[];
}

/** Windows of one log of a number, as the SQL functions take them: two lists of one length. */
export interface Windows {
  quotas: number[];
  windows: number[];
}

/** Rules that several numbers share: four lists of one length, in the order in which rows are locked. */
export interface SharedRules extends Windows {
  names: string[];
  keys: string[];
}

/** What a message counts against that only its number uses up: the same for all numbers. */
export interface NumberRules {
  sends: Windows;
  /** What the guess counts against for which the message pays; none when it pays for none. */
  guesses: Windows;
}

/** What a message counts against. */
export interface SendRules extends NumberRules {
  shared: SharedRules;
}

interface Rule extends Limit {
  name: string;
  key: string;
}

const PREFIX_DROPS_DIGITS = 4;
const LEAST_PART = 1_000;
const MOST_PARTS = 64;
const TELLING_DIGITS = 6;

/** Turns the configured limits into rules about one number. Pure: everything that counts is in Postgres. */
export class NumberLimits {
  constructor(private readonly rules: NumberLimitRules) {}

  get cooldownSeconds(): number {
    return this.rules.resendCooldownSeconds;
  }

  /**
   * What a message to the number counts against. The first message of a verification also pays for its first
   * guess; a resend brings no new guesses.
   */
  ofSend(phoneNumber: string, country: string, paysForGuess: boolean): SendRules {
    return {
      ...this.ofNumber(paysForGuess),
      shared: this.ofShared(phoneNumber, country),
    };
  }

  /** The part of {@link ofSend} that several numbers share. */
  ofShared(phoneNumber: string, country: string): SharedRules {
    return lists(this.shared(phoneNumber, country).map((rule) => partOf(rule, phoneNumber)));
  }

  /** The part of {@link ofSend} that is the same for all numbers. */
  ofNumber(paysForGuess: boolean): NumberRules {
    const { sendPerPhone, wrongPerPhone } = this.rules;
    return {
      sends: windowsOf(sendPerPhone),
      guesses: windowsOf(paysForGuess ? wrongPerPhone : []),
    };
  }

  /** Every limit that a number can meet, as it was configured. */
  inFull(phoneNumber: string, country: string): SharedRules {
    const { sendPerPhone, wrongPerPhone } = this.rules;
    return lists([
      ...rules('send-per-phone', phoneNumber, sendPerPhone),
      ...rules('wrong-per-phone', phoneNumber, wrongPerPhone),
      ...this.shared(phoneNumber, country),
    ]);
  }

  /** A refusal by a part of a limit, as one by the limit that was configured. */
  asConfigured(refusal: Refusal): Refusal {
    const { limit } = refusal;
    const whole = this.shared('', '').find(
      ({ name, windowSeconds }) => name === limit?.name && windowSeconds === limit.windowSeconds,
    );
    return limit && whole ? { ...refusal, limit: { ...limit, quota: whole.count } } : refusal;
  }

  /** What a guess counts against for which no message has paid. */
  ofGuess(): Windows {
    return windowsOf(this.rules.wrongPerPhone);
  }

  private shared(phoneNumber: string, country: string): Rule[] {
    const { sendPerPrefix, sendPerCountry, sendTotal } = this.rules;
    return [
      ...rules('send-per-prefix', phoneNumber.slice(0, -PREFIX_DROPS_DIGITS), sendPerPrefix),
      ...rules('send-per-country', country, sendPerCountry),
      ...rules('send-total', 'all', sendTotal),
    ];
  }
}

/** Every pattern of `number_rules` that covers the number: itself, and each of its beginnings with a star. */
export function patternsOf(phoneNumber: string): string[] {
  const beginnings = Array.from({ length: phoneNumber.length - 1 }, (_, i) =>
    phoneNumber.slice(0, i + 2),
  );
  return [phoneNumber, ...beginnings.map((beginning) => `${beginning}*`)];
}

/**
 * A counter stays locked until the message that it counts is written down, so one that all messages share
 * would make each wait for the one before. A limit of thousands is therefore divided, and each number counts
 * against the part that its last digits say. The parts together are the limit, so more never goes through; as
 * some fill sooner than others, some numbers are refused a little before all of it is used up.
 */
function partOf(rule: Rule, phoneNumber: string): Rule {
  const parts = Math.min(MOST_PARTS, Math.floor(rule.count / LEAST_PART));
  if (parts < 2) return rule;
  const part = Number(phoneNumber.slice(-TELLING_DIGITS)) % parts;
  const count = Math.floor(rule.count / parts) + (part < rule.count % parts ? 1 : 0);
  return { ...rule, key: `${rule.key}/${part}`, count };
}

function rules(name: string, key: string, limits: readonly Limit[]): Rule[] {
  return limits.map((limit) => ({ name, key, ...limit }));
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
  };
}
