import fc from 'fast-check';
import { run } from './model.js';
import {
  checkHistory,
  type FinalState,
  type History,
  type RecordedOperation,
} from './history-checker.js';
import { INITIAL_STATE, type ModelAnswer, type NumberState, type Operation } from './states.js';
import { RULES } from './service-under-test.js';

const NOW = 1_800_000_000_000;
const CODES = ['1234', '2345', '3456', '4567'];
const A = { kind: 'request', key: 'a', purpose: 'login', fault: 'none' } as const;
const CHECK = { kind: 'check', of: 'a', code: '1234', fault: 'none' } as const;
const WRONG = { ...CHECK, code: '9999' };
const OPENED: ModelAnswer = { status: 200, state: 'pending', attemptsRemaining: 3 };
const VERIFIED: ModelAnswer = { status: 200, state: 'verified' };

/** [operation, start, end, answer]; without an answer the operation was lost. */
type Line = readonly [Operation, number, number, ModelAnswer?];

function recorded([operation, invokedAt, endedAt, answer]: Line): RecordedOperation {
  const { expiresAt, resendAt } = timesOf(operation, answer);
  const observed = answer && {
    ...{ code: undefined, state: undefined, attemptsRemaining: undefined, retryAfter: undefined },
    ...{ limit: answer.limits?.[0], expiresAt, resendAt },
    ...answer,
  };
  return { operation, invokedAt, endedAt, now: NOW, answer: observed };
}

function timesOf({ kind }: Operation, answer: ModelAnswer | undefined) {
  const hasTimes = answer?.status === 200 && !kind.startsWith('check');
  if (!hasTimes) return { expiresAt: undefined, resendAt: undefined };
  return { expiresAt: NOW + RULES.ttlSeconds * 1000, resendAt: NOW + RULES.cooldownSeconds * 1000 };
}

function ending(status: string, attempts: number, more: Partial<FinalState> = {}): FinalState {
  const userVerified = status === 'verified';
  return {
    verifications: [{ id: 'a', status, attempts, phoneAttempts: 0 }],
    ...{ userVerified, messages: 1, cooldownStep: userVerified ? 0 : 1 },
    ...{ wrongRun: userVerified ? 0 : attempts, ...more },
  };
}

const verdictOn = (lines: readonly Line[], left: FinalState) =>
  checkHistory(RULES, { number: '', operations: lines.map(recorded), codes: CODES, ending: left });

describe('the history checker', () => {
  test('explains sequential operations', () => {
    const lines: Line[] = [
      [A, 0, 1, OPENED],
      [WRONG, 2, 3, { status: 401, code: 'code_invalid', attemptsRemaining: 2 }],
      [CHECK, 4, 5, VERIFIED],
    ];
    expect(verdictOn(lines, ending('verified', 2))).toBe('in one order');
  });

  test('orders overlapping operations', () => {
    const lines: Line[] = [
      [A, 0, 1, OPENED],
      [CHECK, 2, 9, { status: 409, code: 'already_verified' }],
      [CHECK, 3, 8, VERIFIED],
    ];
    expect(verdictOn(lines, ending('verified', 1))).toBe('in one order');
  });

  test('interleaves steps when whole operations explain nothing', () => {
    const lines: Line[] = [
      [A, 0, 1, OPENED],
      // Both attempts were spent before either comparison; the second came too late.
      [CHECK, 2, 9, VERIFIED],
      [CHECK, 3, 9, { status: 410, code: 'code_expired' }],
    ];
    expect(verdictOn(lines, ending('verified', 2))).toBe('step by step');
  });

  test.each<[string, Line[], FinalState]>([
    [
      'a code that works twice',
      [
        [A, 0, 1, OPENED],
        [CHECK, 2, 9, VERIFIED],
        [CHECK, 3, 9, VERIFIED],
      ],
      ending('verified', 2),
    ],
    [
      'a stale read after a completed operation',
      [
        [A, 0, 1, OPENED],
        [CHECK, 2, 3, VERIFIED],
        [{ kind: 'read', of: 'a' }, 4, 5, OPENED],
      ],
      ending('verified', 1),
    ],
    [
      'an attempt that is compared but not counted',
      [
        [A, 0, 1, OPENED],
        [WRONG, 2, 3, { status: 401, code: 'code_invalid', attemptsRemaining: 2 }],
        [WRONG, 2, 3, { status: 401, code: 'code_invalid', attemptsRemaining: 2 }],
      ],
      ending('pending', 2),
    ],
    [
      'two sends within the cool-down',
      [
        [A, 0, 9, OPENED],
        [{ ...A, key: 'b' }, 0, 9, OPENED],
      ],
      ending('pending', 0),
    ],
    ['a final state that contradicts an answer', [[A, 0, 1, OPENED]], ending('cancelled', 0)],
    ['a message without a request', [[A, 0, 1, OPENED]], ending('pending', 0, { messages: 2 })],
  ])('refuses %s', (_what, lines, left) => {
    expect(verdictOn(lines, left)).toBe('impossible');
  });

  test('allows a lost operation to take effect, in part or not at all', () => {
    const lost: Line[] = [
      [A, 0, 1, OPENED],
      [WRONG, 2, 5],
    ];
    for (const spent of [0, 1]) {
      expect(verdictOn(lost, ending('pending', spent))).not.toBe('impossible');
    }
    expect(verdictOn(lost, ending('pending', 2))).toBe('impossible');
    const after: Line[] = [...lost, [{ kind: 'read', of: 'a' }, 6, 7, OPENED]];
    expect(verdictOn(after, ending('pending', 1))).toBe('impossible');
  });

  test('explains every sequential run of the model, and refuses it with an extra attempt', () => {
    const operation = fc.constantFrom<Operation[]>(
      ...[A, CHECK, WRONG],
      ...[{ kind: 'resend', of: 'a', fault: 'none' } as const, { kind: 'read', of: 'a' } as const],
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 8 }), (operations) => {
        const history = historyOf([A, ...operations]);
        expect(checkHistory(RULES, history)).toBe('in one order');
        const [first, ...rest] = history.ending.verifications;
        const more = { ...first!, attempts: first!.attempts + 1 };
        const wrong = { ...history.ending, verifications: [more, ...rest] };
        expect(checkHistory(RULES, { ...history, ending: wrong })).toBe('impossible');
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

function historyOf(operations: readonly Operation[]): History {
  let state: NumberState = INITIAL_STATE;
  const lines = operations.map((operation, i): RecordedOperation => {
    const now = NOW + i * 2000;
    const named =
      operation.kind === 'request' && i > 0 ? { ...operation, key: `r${i}` } : operation;
    const ran = run({ rules: RULES, now, codes: CODES }, state, named);
    state = ran.state;
    const { limits, ...answer } = ran.answer;
    const observed = {
      ...{ code: undefined, state: undefined, attemptsRemaining: undefined, retryAfter: undefined },
      ...{ limit: limits?.[0], expiresAt: undefined, resendAt: undefined, ...answer },
    };
    return { operation: named, invokedAt: i, endedAt: i + 0.5, now, answer: observed };
  });
  const { verifications, budgets, userVerified, messages } = state;
  return {
    ...{ number: '', operations: lines, codes: CODES },
    ending: {
      verifications: verifications.map((one) => ({ ...one, id: one.key })),
      ...{ userVerified, messages: messages.length },
      ...{ cooldownStep: budgets.cooldownStep, wrongRun: budgets.wrongRun },
    },
  };
}
