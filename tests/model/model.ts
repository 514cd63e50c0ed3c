import { isRefused, takeSend, wholeSeconds } from './limits.js';
import {
  beginCheck,
  beginCheckByNumber,
  compare,
  compared,
  reconsider,
  settle,
  unsettled,
} from './checking.js';
import { beginRequest, beginResend, send, sent } from './sending.js';
import {
  change,
  find,
  get,
  closedReason,
  notOpenReason,
  type ModelAnswer,
  type NumberState,
  type Of,
  type Operation,
  type Progress,
  type Reason,
  type StepContext,
  type Stepped,
} from './states.js';

/**
 * The verifications of one number. An operation is a sequence of atomic steps: SQL statements and provider
 * calls.
 * Concurrent operations interleave their steps; a crash drops the remaining ones.
 */

const LOST_AFTER_MS = 35_000;
const LATE_MS = 60_000;

export function run(
  context: StepContext,
  state: NumberState,
  operation: Operation,
): { state: NumberState; answer: ModelAnswer } {
  const stepped = runUntil(context, state, operation, undefined);
  if ('answer' in stepped) return stepped;
  throw new Error('the operation ended without an answer');
}

/** Stops before the step `crashBefore`, as a crash would. */
export function runUntil(
  context: StepContext,
  state: NumberState,
  operation: Operation,
  crashBefore: Progress['at'] | undefined,
): Stepped {
  let stepped: Stepped = { state, progress: { at: 'begin' } };
  while ('progress' in stepped && stepped.progress.at !== crashBefore) {
    stepped = step(context, stepped.state, operation, stepped.progress);
  }
  return stepped;
}

export function step(
  context: StepContext,
  state: NumberState,
  operation: Operation,
  progress: Progress,
): Stepped {
  switch (progress.at) {
    case 'begin':
      return begin(context, state, operation);
    case 'send':
      return send(state, operation as Of<'request' | 'resend'>, progress.of);
    case 'sent':
      return sent(context, state, operation as Of<'request' | 'resend'>, progress.of);
    case 'compare':
      return compare(context, state, operation as Of<'check' | 'check-by-number'>, progress);
    case 'compared':
      return compared(context, state, operation as Of<'check' | 'check-by-number'>, progress);
    case 'settle':
      return settle(state, operation as Of<'check'>, progress);
    case 'unsettled':
      return unsettled(state, operation as Of<'check'>, progress);
    case 'reconsider':
      return reconsider(state, progress);
    case 'explain': {
      const reason = closedReason(context, find(state, progress.of)) ?? progress.was;
      return { state, answer: refusal(context, state, operation, progress.of, reason) };
    }
  }
}

/** The sweeper: settles lost sends and marks verifications expired for a minute. */
export function sweep(now: number, state: NumberState): NumberState {
  const verifications = state.verifications.map((one) => {
    const swept = { ...one };
    if (one.sendStartedAt < now - LOST_AFTER_MS) {
      if (one.status === 'sending') swept.status = 'pending';
      if (one.resending) swept.message = one.resending.message;
      swept.resending = null;
    }
    if (swept.status === 'pending' && one.expiresAt < now - LATE_MS) swept.status = 'expired';
    return swept;
  });
  return { ...state, verifications };
}

function begin(context: StepContext, state: NumberState, operation: Operation): Stepped {
  switch (operation.kind) {
    case 'request':
      return beginRequest(context, state, operation);
    case 'resend':
      return beginResend(context, state, operation);
    case 'check':
      return beginCheck(context, state, operation);
    case 'check-by-number':
      return beginCheckByNumber(context, state, operation);
    case 'cancel':
      return cancel(context, state, operation);
    case 'read':
      return { state, answer: view(context, state, operation.of) };
  }
}

function cancel(context: StepContext, state: NumberState, { of }: Of<'cancel'>): Stepped {
  const was = notOpenReason(context.now, find(state, of));
  if (was) return { state, progress: { at: 'explain', of, was } };
  const next = change(state, of, { status: 'cancelled' });
  return { state: next, answer: view(context, next, of) };
}

function view({ rules, now }: StepContext, state: NumberState, of: string): ModelAnswer {
  const { status, attempts, expiresAt, resendAt } = get(state, of);
  const late = status === 'pending' && expiresAt <= now;
  const attemptsRemaining = rules.maxAttempts - attempts;
  return { status: 200, state: late ? 'expired' : status, attemptsRemaining, expiresAt, resendAt };
}

function refusal(
  context: StepContext,
  state: NumberState,
  { kind }: Operation,
  of: string,
  reason: Reason,
): ModelAnswer {
  switch (reason) {
    case 'absent':
    case 'sending':
      return { status: 404, code: 'verification_not_found' };
    case 'verified':
      return { status: 409, code: 'already_verified' };
    case 'expired':
      return { status: 410, code: 'code_expired' };
    case 'cancelled':
      if (kind === 'cancel') return view(context, state, of);
      return { status: 410, code: 'verification_cancelled' };
    case 'failed':
      return { status: 410, code: 'verification_failed' };
    case 'exhausted':
      return untilNextSend(context, state, true, {
        ...{ status: 429, code: 'attempts_exhausted', attemptsRemaining: 0 },
      });
    case 'resending':
      return untilNextSend(context, state, false, { status: 429, code: 'cooldown' });
  }
}

/** Adds the wait for a new code. For a blocked number, that refusal replaces this one. */
function untilNextSend(
  { rules, now }: StepContext,
  { budgets }: NumberState,
  paysForGuess: boolean,
  refused: ModelAnswer,
): ModelAnswer {
  const next = takeSend(rules, budgets, now, paysForGuess);
  if (!isRefused(next)) return { ...refused, retryAfter: wholeSeconds(0) };
  return next.retryAfter === undefined ? next : { ...refused, retryAfter: next.retryAfter };
}
