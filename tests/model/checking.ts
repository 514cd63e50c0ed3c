import { revertGuess, isRefused, succeed, takeGuess } from './limits.js';
import {
  REJECTED,
  UNAVAILABLE,
  UNKNOWN,
  change,
  find,
  get,
  losesAfter,
  losesBefore,
  closedReason,
  type At,
  type Comparison,
  type ModelAnswer,
  type NumberState,
  type Of,
  type StepContext,
  type Stepped,
} from './states.js';

/** Checks: the attempt is spent, then the provider compares, then the result is recorded. */

const NO_CODE: ModelAnswer = { status: 401, code: 'code_invalid' };

export function beginCheck(context: StepContext, state: NumberState, { of }: Of<'check'>): Stepped {
  const { rules, now } = context;
  const verification = find(state, of);
  const was = closedReason(context, verification);
  if (!verification || was) return { state, progress: { at: 'explain', of, was: was ?? 'absent' } };
  const budgets = takeGuess(rules, state.budgets, now, verification.attempts === 0);
  if (isRefused(budgets)) return { state, answer: budgets };
  const attempts = verification.attempts + 1;
  const next = change({ ...state, budgets }, of, { attempts, lastAttemptAt: now });
  const remaining = rules.maxAttempts - attempts;
  return { state: next, progress: { at: 'compare', of, message: verification.message, remaining } };
}

/** Takes the newest pending verification, even an expired one. Never prepaid: that guess is the holder's. */
export function beginCheckByNumber(
  { rules, now }: StepContext,
  state: NumberState,
  { purpose }: Of<'check-by-number'>,
): Stepped {
  const verification = state.verifications.findLast(
    (one) => one.purpose === purpose && one.status === 'pending',
  );
  if (
    !verification ||
    verification.expiresAt <= now ||
    verification.phoneAttempts >= rules.maxAttempts
  ) {
    return { state, answer: NO_CODE };
  }
  const budgets = takeGuess(rules, state.budgets, now, false);
  if (isRefused(budgets)) return { state, answer: NO_CODE };
  const { key: of, message } = verification;
  const taken = { phoneAttempts: verification.phoneAttempts + 1, lastAttemptAt: now };
  const progress = { at: 'compare', of, message, remaining: 0 } as const;
  return { state: change({ ...state, budgets }, of, taken), progress };
}

export function compare(
  { codes }: StepContext,
  state: NumberState,
  { code, fault }: Of<'check' | 'check-by-number'>,
  { of, message, remaining }: At<'compare'>,
): Stepped {
  const then = (next: NumberState, result: Comparison): Stepped => ({
    state: next,
    progress: { at: 'compared', of, message, remaining, result },
  });
  if (message === null) return then(state, 'wrong');
  if (fault === 'refused') return then(state, 'failed');
  if (losesBefore(fault)) return then(state, 'unknown');
  const asked = { ...state, comparisons: state.comparisons + 1 };
  const right = state.messages[message] === 'pending' && codes[message] === code;
  const messages = state.messages.map((one, i) => (right && i === message ? 'successful' : one));
  const judged = { ...asked, messages };
  if (losesAfter(fault)) return then(judged, 'unknown');
  if (fault === 'nonsense') return then(judged, 'nonsense');
  if (right) return then(judged, 'approved');
  if (state.messages[message] === 'pending') return then(judged, 'wrong');
  return then(judged, state.messages[message] === 'aborted' ? 'aborted' : 'over');
}

/** By number, every failure gets the same answer, so that nothing reveals a pending code. */
export function compared(
  context: StepContext,
  state: NumberState,
  operation: Of<'check' | 'check-by-number'>,
  progress: At<'compared'>,
): Stepped {
  const stepped = judge(context, state, operation, progress);
  const succeeded = 'answer' in stepped && stepped.answer.status === 200;
  const isHidden = operation.kind === 'check-by-number' && !succeeded;
  return isHidden ? { state: stepped.state, answer: NO_CODE } : stepped;
}

function judge(
  { rules }: StepContext,
  state: NumberState,
  { kind }: Of<'check' | 'check-by-number'>,
  { of, message, remaining, result }: At<'compared'>,
): Stepped {
  const byNumber = kind === 'check-by-number';
  const verification = get(state, of);
  switch (result) {
    case 'failed':
      return { state: revertAttempt(state, of, byNumber), answer: UNAVAILABLE };
    case 'wrong':
      return { state: deny(state, of), answer: denial(result, remaining) };
    case 'approved':
      break;
    default:
      return { state, progress: { at: 'settle', of, message, remaining, result } };
  }
  if (verification.status !== 'pending')
    return { state, progress: { at: 'explain', of, was: verification.status } };
  const prepaid = verification.attempts === 1 && !byNumber;
  const budgets = succeed(
    rules,
    state.budgets,
    prepaid ? verification.createdAt : verification.lastAttemptAt,
  );
  const next = change({ ...state, budgets, userVerified: true }, of, { status: 'verified' });
  return { state: next, answer: { status: 200, state: 'verified' } };
}

/**
 * The provider's status settles a lost check if every other attempt was denied or had the same code. Where
 * that is certainly not so, the record of this check is the only statement that matters.
 */
export function settle(
  state: NumberState,
  operation: Of<'check'>,
  { of, message, remaining, result }: At<'settle'>,
): Stepped {
  const { status, attempts, phoneAttempts, denials, lostChecks } = get(state, of);
  const lost = lostChecks.filter((one) => one === operation.code).length;
  const isLost = result === 'unknown' || result === 'nonsense' || lost > 0;
  const isApproved = message !== null && state.messages[message] === 'successful';
  const next = { at: 'unsettled', of, remaining, result } as const;
  if (!isLost || !isApproved) return unsettled(state, operation, next);
  const isOnlyOne = phoneAttempts === 0 && attempts - 1 === denials + lost;
  return status === 'pending' && isOnlyOne
    ? { state, progress: { at: 'compared', of, message, remaining, result: 'approved' } }
    : { state, progress: next };
}

export function unsettled(
  state: NumberState,
  { code }: Of<'check'>,
  { of, remaining, result }: At<'unsettled'>,
): Stepped {
  if (result === 'aborted' || result === 'over') {
    return { state: deny(state, of), progress: { at: 'reconsider', of, result } };
  }
  const lostChecks = [...get(state, of).lostChecks, code].sort();
  return { state: change(state, of, { lostChecks }), answer: denial(result, remaining) };
}

function deny(state: NumberState, of: string): NumberState {
  return change(state, of, { denials: get(state, of).denials + 1 });
}

/** The provider may reject the code because a concurrent check has just succeeded. */
export function reconsider(state: NumberState, { of, result }: At<'reconsider'>): Stepped {
  const verified = get(state, of).status === 'verified';
  if (verified) return { state, answer: { status: 409, code: 'already_verified' } };
  return { state, answer: denial(result, 0) };
}

function revertAttempt(state: NumberState, of: string, byNumber: boolean): NumberState {
  const verification = get(state, of);
  if (verification.status !== 'pending') return state;
  const attempts = byNumber ? verification.attempts : verification.attempts - 1;
  const phoneAttempts = byNumber ? verification.phoneAttempts - 1 : verification.phoneAttempts;
  // The message paid for the holder's first guess, which stays paid.
  const paidAt = byNumber || attempts > 0 ? verification.lastAttemptAt : null;
  const budgets = revertGuess(state.budgets, paidAt);
  return change({ ...state, budgets }, of, { attempts, phoneAttempts });
}

function denial(
  result: Exclude<Comparison, 'approved' | 'failed'>,
  remaining: number,
): ModelAnswer {
  switch (result) {
    case 'wrong':
      return { ...NO_CODE, attemptsRemaining: remaining };
    case 'aborted':
      return { status: 410, code: 'verification_cancelled' };
    case 'over':
      return { status: 410, code: 'code_expired' };
    case 'unknown':
      return UNKNOWN;
    case 'nonsense':
      return REJECTED;
  }
}
