import { NO_USAGE, type Budgets, type Rules } from './limits.js';

export type Status = 'sending' | 'pending' | 'verified' | 'failed' | 'expired' | 'cancelled';

export interface Verification {
  key: string;
  purpose: string;
  status: Status;
  attempts: number;
  phoneAttempts: number;
  /** Denied attempts, by anybody. */
  denials: number;
  /** The codes of checks whose result was lost. */
  lostChecks: readonly string[];
  createdAt: number;
  expiresAt: number;
  resendAt: number;
  sendStartedAt: number;
  lastAttemptAt: number;
  /** Index, among the number's messages, of the one whose code counts; null before the first send. */
  message: number | null;
  /** A resend in progress; its message replaces the other when it is recorded. */
  resending: { message: number | null } | null;
}

export interface NumberState {
  budgets: Budgets;
  userVerified: boolean;
  verifications: readonly Verification[];
  /** The provider's state of each message. A new message aborts the pending one. */
  messages: readonly ('pending' | 'aborted' | 'successful')[];
  comparisons: number;
}

/**
 * The fate of the provider call: refused, an unreadable response, or a response lost before or after the
 * work, by the connection or by a gateway, which answers with another 5xx than 503.
 */
export const FAULTS = [
  'none',
  'refused',
  'lost-before',
  'lost-after',
  'gateway-before',
  'gateway-after',
  'nonsense',
] as const;
export type Fault = (typeof FAULTS)[number];

export function losesBefore(fault: Fault): boolean {
  return fault === 'lost-before' || fault === 'gateway-before';
}

export function losesAfter(fault: Fault): boolean {
  return fault === 'lost-after' || fault === 'gateway-after';
}

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
  state?: Status;
  attemptsRemaining?: number;
  retryAfter?: number;
  limits?: string[];
  expiresAt?: number;
  resendAt?: number;
}

export type Comparison =
  'approved' | 'wrong' | 'aborted' | 'over' | 'failed' | 'unknown' | 'nonsense';

/** Results after which the provider may have approved the code in this check or in an earlier one. */
export type Unsettled = Extract<Comparison, 'unknown' | 'nonsense' | 'aborted' | 'over'>;

export type Reason = Exclude<Status, 'pending'> | 'exhausted' | 'resending' | 'absent';

export type Progress =
  | { at: 'begin' }
  | { at: 'send'; of: string }
  | { at: 'sent'; of: string }
  | { at: 'compare'; of: string; message: number | null; remaining: number }
  | { at: 'compared'; of: string; message: number | null; remaining: number; result: Comparison }
  | { at: 'settle'; of: string; message: number | null; remaining: number; result: Unsettled }
  | { at: 'unsettled'; of: string; remaining: number; result: Unsettled }
  | { at: 'reconsider'; of: string; result: 'aborted' | 'over' }
  | { at: 'explain'; of: string; was: Reason };

export type At<Place extends Progress['at']> = Extract<Progress, { at: Place }>;

export interface StepContext {
  rules: Rules;
  now: number;
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

export function notOpenReason(
  now: number,
  verification: Verification | undefined,
): Reason | undefined {
  if (!verification) return 'absent';
  if (verification.status !== 'pending') return verification.status;
  return verification.expiresAt <= now ? 'expired' : undefined;
}

/** Why it can be neither checked nor resent, if so. */
export function closedReason(
  { rules, now }: StepContext,
  verification: Verification | undefined,
): Reason | undefined {
  const exhausted = verification && verification.attempts >= rules.maxAttempts;
  return notOpenReason(now, verification) ?? (exhausted ? 'exhausted' : undefined);
}
