import { ProoflineError } from '../src/errors.js';
import type { Language } from './language.js';
import type { Channel, ProblemTexts } from './texts/texts.js';

/**
 * `at`: the input that the message belongs to. `isFinal`: the verification cannot succeed any more.
 */
interface Rule {
  text: keyof ProblemTexts;
  at?: 'number' | 'channel' | 'code';
  isFinal?: true;
}

const RULES: Readonly<Record<string, Rule>> = {
  invalid_request: { text: 'notUnderstood' },
  invalid_phone_number: { text: 'invalidNumber', at: 'number' },
  region_not_allowed: { text: 'country', at: 'number' },
  number_type_not_allowed: { text: 'numberType', at: 'number' },
  number_blocked: { text: 'numberBlocked', at: 'number' },
  code_invalid: { text: 'wrongCode', at: 'code' },
  attempts_exhausted: { text: 'noTries', at: 'code', isFinal: true },
  code_expired: { text: 'expired', at: 'code', isFinal: true },
  verification_not_found: { text: 'unknown', at: 'code', isFinal: true },
  verification_cancelled: { text: 'cancelled', at: 'code', isFinal: true },
  verification_failed: { text: 'failed', at: 'code', isFinal: true },
  already_verified: { text: 'used', at: 'code', isFinal: true },
  cooldown: { text: 'cooldown' },
  rate_limited: { text: 'tooMany' },
  idempotency_in_progress: { text: 'stillSending' },
  idempotency_key_reused: { text: 'mixedUp' },
  provider_rejected: { text: 'rejected', at: 'number' },
  provider_unavailable: { text: 'cannotSend' },
  provider_outcome_unknown: { text: 'mayArrive' },
  service_unavailable: { text: 'shortBreak' },
  internal_error: { text: 'ourFault' },
  unexpected_answer: { text: 'ourFault' },
  unreachable: { text: 'unreachable' },
  // The page may be older than a rotation of its key.
  key_invalid: { text: 'reload' },
  origin_not_allowed: { text: 'cannotSend' },
  not_permitted: { text: 'cannotSend' },
  not_found: { text: 'reload' },
  method_not_allowed: { text: 'reload' },
  payload_too_large: { text: 'reload' },
  unsupported_media_type: { text: 'reload' },
};

const DEFAULT_RULE: Rule = { text: 'ourFault' };
const NOT_OFFERED: Rule = { text: 'notOffered', at: 'channel' };

export interface ErrorMessage {
  text: string;
  at?: 'number' | 'channel' | 'code';
  isFinal: boolean;
  retryAfter?: number;
}

const isKnown = (code: string): boolean => Object.hasOwn(RULES, code);

const ruleOf = ({ code, errors }: Pick<ProoflineError, 'code' | 'errors'>): Rule => {
  if (code === 'invalid_request' && errors.some(({ pointer }) => pointer === '/channel')) {
    return NOT_OFFERED;
  }
  return (isKnown(code) ? RULES[code] : undefined) ?? DEFAULT_RULE;
};

/** Treats any other error as a fault of the service. */
export const asProoflineError = (error: unknown): ProoflineError =>
  error instanceof ProoflineError ? error : new ProoflineError('answer', 'unexpected_answer', 0);

export const explain = (
  error: ProoflineError,
  language: Language,
  channel?: Channel,
): ErrorMessage => {
  const { text, at, isFinal } = ruleOf(error);
  const { problems, problemsByChannel, triesLeft } = language.texts;
  const words = { ...problems, ...(channel && problemsByChannel[channel]) };
  const left = error.attemptsRemaining;
  const parts = [words[text]];
  if (left === 0) parts.push(words.lastTry);
  else if (left !== undefined) parts.push(`${language.count(triesLeft, left)}.`);
  return {
    text: parts.join(' '),
    ...(at && { at }),
    isFinal: isFinal === true || left === 0,
    ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
  };
};
