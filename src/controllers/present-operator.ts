import type { Verification } from '../domain/verification.js';
import { parsePattern } from '../domain/number-pattern.js';
import type {
  NumberResponse,
  RuleResponse,
  RulesResponse,
  ShownVerificationResponse,
  UserResponse,
} from '../schemas/operator.schema.js';
import type { SearchResponse } from '../schemas/search.schema.js';
import type { NumberRuleFacts, NumberState } from '../services/operations/operator.service.js';
import type { UserFacts } from '../services/users/user.service.js';
import type { FoundVerification } from '../services/verifications/search.service.js';
import type { TimelineEntry } from '../services/verifications/timeline.service.js';
import { presentTimeline, referenceOf } from './present.js';

export function presentFound(
  verification: FoundVerification,
): SearchResponse['verifications'][number] {
  const { applicationId } = verification;
  return { ...presentFacts(verification), applicationId };
}

export function presentShown(
  verification: Verification,
  timeline: readonly TimelineEntry[],
): ShownVerificationResponse {
  return {
    ...presentFacts(verification),
    provider: verification.provider,
    attempts: verification.attempts,
    maxAttempts: verification.maxAttempts,
    timeline: presentTimeline(timeline),
  };
}

function presentFacts(verification: Verification) {
  return {
    verificationId: verification.id,
    phoneNumber: verification.phoneNumber,
    country: verification.country,
    channel: verification.channel,
    purpose: verification.purpose,
    status: verification.status,
    expiresAt: verification.expiresAt.toISOString(),
    resendAt: verification.resendAt.toISOString(),
    attemptsRemaining: verification.maxAttempts - verification.attempts,
    verifiedAt: instant(verification.verifiedAt),
    createdAt: verification.createdAt.toISOString(),
    ...referenceOf(verification),
  };
}

export function presentUser(user: UserFacts): UserResponse {
  return {
    phoneNumber: user.phoneNumber,
    status: user.status,
    verifiedAt: instant(user.verifiedAt),
    lastVerifiedAt: instant(user.lastVerifiedAt),
    country: user.country,
  };
}

export function presentRule({ pattern, kind, note, createdAt }: NumberRuleFacts): RuleResponse {
  return { pattern, kind, note, createdAt: createdAt.toISOString() };
}

export function presentRules(rules: readonly NumberRuleFacts[]): RulesResponse {
  return {
    rules: rules.map((rule) => ({
      ...presentRule(rule),
      coversNumbers: parsePattern(rule.pattern) !== undefined,
    })),
  };
}

export function presentNumber(state: NumberState): NumberResponse {
  const { user } = state;
  return {
    phoneNumber: state.phoneNumber,
    country: state.country,
    wrongRun: state.wrongRun,
    stopped: state.stopped,
    cooldown: state.cooldown,
    lastSendAt: instant(state.lastSendAt),
    rules: state.rules.map(presentRule),
    limits: state.limits.map(({ name, key, quota, windowSeconds, used }) => ({
      name,
      key,
      quota,
      windowSeconds,
      used,
    })),
    user: user && {
      status: user.status,
      verifiedAt: instant(user.verifiedAt),
      lastVerifiedAt: instant(user.lastVerifiedAt),
    },
    verifications: state.verifications.map(({ id, purpose, channel, status, createdAt }) => ({
      verificationId: id,
      purpose,
      channel,
      status,
      createdAt: createdAt.toISOString(),
    })),
  };
}

function instant(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
