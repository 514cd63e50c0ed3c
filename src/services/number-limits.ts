import type { Limit } from '../domain/limit.js';

/** The limits that are counted in Postgres. */
export interface NumberLimitRules {
  resendCooldownSeconds: number;
  sendPerPhone: readonly Limit[];
  wrongPerPhone: readonly Limit[];
  sendPerPrefix: readonly Limit[];
  sendPerCountry: readonly Limit[];
  sendTotal: readonly Limit[];
}

/** Rules as the SQL functions take them: four lists of one length, in the order in which rows are locked. */
export interface RuleLists {
  names: string[];
  keys: string[];
  quotas: number[];
  windows: number[];
}

const PREFIX_DROPS_DIGITS = 4;
const WRONG_PER_PHONE = 'wrong-per-phone';

/** Turns the configured limits into rules about one number. Pure: everything that counts is in Postgres. */
export class NumberLimits {
  constructor(private readonly rules: NumberLimitRules) {}

  get cooldownSeconds(): number {
    return this.rules.resendCooldownSeconds;
  }

  /**
   * What a message to the number counts against. The first message of a verification also pays for its first guess;
   * a resend brings no new guesses. Rules of the number itself come first: a safe number is held to these only.
   */
  ofSend(phoneNumber: string, country: string, paysForGuess: boolean): RuleLists {
    const { sendPerPhone, wrongPerPhone, sendPerPrefix, sendPerCountry, sendTotal } = this.rules;
    const prefix = phoneNumber.slice(0, -PREFIX_DROPS_DIGITS);
    return lists([
      ['send-per-phone', phoneNumber, sendPerPhone],
      [WRONG_PER_PHONE, phoneNumber, paysForGuess ? wrongPerPhone : []],
      ['send-per-prefix', prefix, sendPerPrefix],
      ['send-per-country', country, sendPerCountry],
      ['send-total', 'all', sendTotal],
    ]);
  }

  /** What a guess beyond the first counts against; `keys` are the number's. */
  ofGuess(): RuleLists {
    return lists([[WRONG_PER_PHONE, '', this.rules.wrongPerPhone]]);
  }
}

/** Every pattern of `number_rules` that covers the number: itself, and each of its beginnings with a star. */
export function patternsOf(phoneNumber: string): string[] {
  const beginnings = Array.from({ length: phoneNumber.length - 1 }, (_, i) =>
    phoneNumber.slice(0, i + 2),
  );
  return [phoneNumber, ...beginnings.map((beginning) => `${beginning}*`)];
}

function lists(groups: [name: string, key: string, limits: readonly Limit[]][]): RuleLists {
  const rules = groups.flatMap(([name, key, limits]) =>
    limits.map((limit) => ({ name, key, limit })),
  );
  return {
    names: rules.map((rule) => rule.name),
    keys: rules.map((rule) => rule.key),
    quotas: rules.map((rule) => rule.limit.count),
    windows: rules.map((rule) => rule.limit.windowSeconds),
  };
}
