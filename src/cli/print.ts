import type {
  NumberRuleFacts,
  NumberState,
  UsedLimit,
} from '../services/operations/operator.service.js';
import type { TimelineEntry } from '../services/verifications/timeline.service.js';
import type { Verification } from '../domain/verification.js';

type Shown = Omit<Verification, 'sendReference' | 'providerReference'> & {
  timeline: TimelineEntry[];
};

/** Text output. Phone numbers are not masked: operators can read the tables anyway. */

export function verificationAsText(verification: Shown): string[] {
  const { id, status, phoneNumber, country, timeline } = verification;
  return [
    ...facts([
      ['verification', id],
      ['status', status],
      ['number', `${phoneNumber} (${country})`],
      ['purpose', verification.purpose],
      ['channel', `${verification.channel} by ${verification.provider}`],
      ['attempts', `${verification.attempts} of ${verification.maxAttempts}`],
      ['expires', formatTime(verification.expiresAt)],
      ['verified', formatTime(verification.verifiedAt)],
      ['reference', verification.reference ?? 'none'],
    ]),
    'timeline',
    ...timeline.map(({ type, at: when, reason, channel }) =>
      ['  ' + formatTime(when), type.padEnd(16), reason ?? channel ?? ''].join('  ').trimEnd(),
    ),
  ];
}

export function numberAsText(state: NumberState): string[] {
  const { wrongRun, stopped, cooldown, rules, user } = state;
  return [
    ...facts([
      ['number', `${state.phoneNumber} (${state.country})`],
      ['rule', rules[0] ? ruleAsText(rules[0]) : 'none'],
      ['stopped', stopped ? 'YES, until "unblock"' : 'no'],
      ['wrong codes', `${wrongRun} in a row`],
      ['cool-down', cooldown > 0 ? `${cooldown} s left` : 'none'],
      ['last message', formatTime(state.lastSendAt)],
      ['user', user ? `${user.status}, last ${formatTime(user.lastVerifiedAt)}` : 'none'],
    ]),
    'limits',
    ...state.limits.map((limit) => limitAsText(limit, state)),
    'newest verifications',
    ...state.verifications.map(
      ({ id, createdAt, status, purpose }) =>
        `  ${formatTime(createdAt)}  ${id}  ${status} (${purpose})`,
    ),
  ];
}

export function rulesAsText(
  rules: readonly (NumberRuleFacts & { coversNumbers: boolean })[],
): string[] {
  if (rules.length === 0) return ['Both lists are empty.'];
  return rules.map((rule) => {
    const warning = rule.coversNumbers ? '' : ' — covers no number: unlist it, and add the star';
    return `${rule.kind.padEnd(5)}  ${ruleAsText(rule)}${warning}`;
  });
}

export function countsAsText(verb: string, counts: Record<string, number>): string[] {
  const done = Object.entries(counts).filter(([, count]) => count > 0);
  if (done.length === 0) return [`${verb} nothing.`];
  return done.map(([name, count]) => `${verb} ${name}: ${count}.`);
}

function ruleAsText({ pattern, kind, note }: NumberRuleFacts): string {
  return `${pattern} (${kind})${note === null ? '' : `: ${note}`}`;
}

function limitAsText(limit: UsedLimit, { phoneNumber, rules }: NumberState): string {
  const { name, key, used, quota, windowSeconds } = limit;
  const isPerPhone = key === phoneNumber;
  const exempt = !isPerPhone && rules[0]?.kind === 'safe' ? ' (does not apply: safe)' : '';
  const scope = isPerPhone ? '' : ` for ${key}`;
  return `  ${name.padEnd(18)}${used} of ${quota} in ${duration(windowSeconds)}${scope}${exempt}`;
}

function facts(pairs: [name: string, value: string][]): string[] {
  return pairs.map(([name, value]) => `${name.padEnd(14)}${value}`);
}

function formatTime(moment: Date | null): string {
  return moment === null ? 'never' : moment.toISOString();
}

function duration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
