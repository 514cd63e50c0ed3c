import { revertSend, isRefused, takeSend } from './limits.js';
import {
  REJECTED,
  UNAVAILABLE,
  UNKNOWN,
  change,
  find,
  get,
  losesBefore,
  closedReason,
  type NumberState,
  type Of,
  type StepContext,
  type Stepped,
  type Verification,
} from './states.js';

/** Sends: counted and committed first, then handed to the provider, then settled. */

export function beginRequest(
  { rules, now }: StepContext,
  state: NumberState,
  { key, purpose }: Of<'request'>,
): Stepped {
  const budgets = takeSend(rules, state.budgets, now, true);
  if (isRefused(budgets)) return { state, answer: budgets };
  const opened: Verification = {
    ...{ key, purpose, status: 'sending', attempts: 0, phoneAttempts: 0, createdAt: now },
    ...{ expiresAt: now + rules.ttlSeconds * 1000, resendAt: budgets.nextSendAt ?? now },
    ...{ sendStartedAt: now, lastAttemptAt: now, message: null, resending: null },
    ...{ denials: 0, lostChecks: [] },
  };
  const verifications = [...state.verifications, opened];
  return { state: { ...state, budgets, verifications }, progress: { at: 'send', of: key } };
}

export function beginResend(
  context: StepContext,
  state: NumberState,
  { of }: Of<'resend'>,
): Stepped {
  const { rules, now } = context;
  const verification = find(state, of);
  const was =
    closedReason(context, verification) ?? (verification?.resending ? 'resending' : undefined);
  if (was) return { state, progress: { at: 'explain', of, was } };
  const budgets = takeSend(rules, state.budgets, now, false);
  if (isRefused(budgets)) return { state, answer: budgets };
  const resendAt = budgets.nextSendAt ?? now;
  const begun = { sendStartedAt: now, resendAt, resending: { message: null } };
  return { state: change({ ...state, budgets }, of, begun), progress: { at: 'send', of } };
}

export function send(
  state: NumberState,
  { kind, fault }: Of<'request' | 'resend'>,
  of: string,
): Stepped {
  const progress = { at: 'sent', of } as const;
  if (fault === 'refused' || losesBefore(fault)) return { state, progress };
  const message = state.messages.length;
  const others = state.messages.map((one) => (one === 'pending' ? 'aborted' : one));
  const taken: NumberState = { ...state, messages: [...others, 'pending'] };
  const written = kind === 'request' ? { message } : { resending: { message } };
  return { state: change(taken, of, written), progress };
}

export function sent(
  context: StepContext,
  state: NumberState,
  { kind, fault }: Of<'request' | 'resend'>,
  of: string,
): Stepped {
  const { rules, now } = context;
  const verification = get(state, of);
  if (fault === 'refused' || fault === 'nonsense') {
    const failed = kind === 'request' ? { status: 'failed' as const } : { resending: null };
    const next = change(state, of, failed);
    // Only a send that certainly failed is given back.
    if (fault === 'nonsense') return { state: next, answer: REJECTED };
    const { sendStartedAt: startedAt, resendAt } = verification;
    const given = { startedAt, resendAt, paidForGuess: kind === 'request' };
    const budgets = revertSend(state.budgets, given);
    return { state: { ...next, budgets }, answer: UNAVAILABLE };
  }
  const closed = kind === 'resend' && verification.status !== 'pending';
  if (closed && !losesBefore(fault)) {
    return { state, progress: { at: 'explain', of, was: 'resending' } };
  }
  if (closed) return { state, answer: UNKNOWN };
  const { resendAt } = verification;
  const expiresAt = kind === 'resend' ? now + rules.ttlSeconds * 1000 : verification.expiresAt;
  const message = verification.resending ? verification.resending.message : verification.message;
  const next = change(state, of, { status: 'pending', expiresAt, message, resending: null });
  // A message whose response was lost afterwards is found by its reference.
  if (losesBefore(fault)) return { state: next, answer: UNKNOWN };
  const attemptsRemaining = rules.maxAttempts - verification.attempts;
  const answer = { status: 200, state: 'pending', attemptsRemaining, expiresAt, resendAt } as const;
  return { state: next, answer };
}
