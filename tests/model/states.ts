import { NO_USAGE, type Budgets, type Rules } from './limits.js';

/** The words of the model: what there is to know about one number, and what can be done with it. */

export type Status = 'sending' | 'pending' | 'verified' | 'failed' | 'expired' | 'cancelled';

export interface Verification {
  key: string;
  purpose: string;
  status: Status;
  attempts: number;
  phoneAttempts: number;
  createdAt: number;
  expiresAt: number;
  resendAt: number;
  sendStartedAt: number;
  lastAttemptAt: number;
  /** Whose code counts: the place of the message among those of the number; null when none went out. */
  message: number | null;
  /** A new message on its way, which takes the place of the other once it is written down. */
  resending: { message: number | null } | null;
}

export interface NumberState {
  budgets: Budgets;
  userVerified: boolean;
  /** In the order in which they were opened. */
  verifications: readonly Verification[];
  /** What the provider thinks of each message that it took. A new one aborts the one that is pending. */
  messages: readonly ('pending' | 'aborted' | 'successful')[];
  /** How many codes the provider has compared. */
  comparisons: number;
}

/**
 * What the provider does with the one call of an operation: refuses it, loses it before or after its work, or answers
 * with something that nobody can read once it has worked.
 */
export type Fault = 'none' | 'refused' | 'lost-before' | 'lost-after' | 'nonsense';

export type Operation =
  | { kind: 'request'; key: string; purpose: string; fault: Fault }
  | { kind: 'resend'; of: string; fault: Fault }
  | { kind: 'check'; of: string; code: string; fault: Fault }
  | { kind: 'check-by-number'; purpose: string; code: string; fault: Fault }
  | { kind: 'cancel'; of: string }
  | { kind: 'read'; of: string };

export type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

export interface ModelAnswer {
  status: number;
  code?: string;
  /** Of the verification. */
  state?: Status;
  attemptsRemaining?: number;
  retryAfter?: number;
  limits?: string[];
  expiresAt?: number;
  resendAt?: number;
}

export type Comparison =
  'approved' | 'wrong' | 'aborted' | 'over' | 'failed' | 'unknown' | 'nonsense';

export type Reason = Exclude<Status, 'pending'> | 'exhausted' | 'resending' | 'absent';

/** Where an operation is between two steps. */
export type Progress =
  | { at: 'begin' }
  | { at: 'send'; of: string }
  | { at: 'sent'; of: string }
  | { at: 'compare'; of: string; message: number | null; remaining: number }
  | { at: 'compared'; of: string; remaining: number; result: Comparison }
  | { at: 'reconsider'; of: string; result: 'aborted' | 'over' }
  | { at: 'explain'; of: string; was: Reason };

export type At<Place extends Progress['at']> = Extract<Progress, { at: Place }>;

/** What an operation meets. */
export interface StepContext {
  rules: Rules;
  now: number;
  /** The codes of the number's messages, in order. */
  codes: readonly string[];
}

export type Stepped = { state: NumberState } & ({ progress: Progress } | { answer: ModelAnswer });

export const INITIAL_STATE: NumberState = {
  budgets: NO_USAGE,
  userVerified: false,
  verifications: [],
  messages: [],
  comparisons: 0,
};

/** The answers to a provider that fails. */
export const UNAVAILABLE: ModelAnswer = {
  status: 503,
  code: 'provider_unavailable',
  retryAfter: 30,
};
export const UNKNOWN: ModelAnswer = { status: 504, code: 'provider_outcome_unknown' };
export const REJECTED: ModelAnswer = { status: 502, code: 'provider_rejected' };

export function find(state: NumberState, key: string): Verification | undefined {
  return state.verifications.find((one) => one.key === key);
}

/** @throws Error when it was never opened */
export function get(state: NumberState, key: string): Verification {
  const found = find(state, key);
  if (!found) throw new Error(`no verification ${key}`);
  return found;
}

export function change(
  state: NumberState,
  key: string,
  changes: Partial<Verification>,
): NumberState {
  const verifications = state.verifications.map((one) =>
    one.key === key ? { ...one, ...changes } : one,
  );
  return { ...state, verifications };
}

/** Why nothing can be done with it any more, or not yet. */
export function whyNot(now: number, held: Verification | undefined): Reason | undefined {
  if (!held) return 'absent';
  if (held.status !== 'pending') return held.status;
  return held.expiresAt <= now ? 'expired' : undefined;
}

/** Why there is nothing left to check or to send again. */
export function whyClosed(
  { rules, now }: StepContext,
  held: Verification | undefined,
): Reason | undefined {
  const exhausted = held && held.attempts >= rules.maxAttempts;
  return whyNot(now, held) ?? (exhausted ? 'exhausted' : undefined);
}
