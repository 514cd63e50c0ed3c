import { createHash } from 'node:crypto';
import { run, step } from './model.js';
import type { ObservedAnswer } from './observe.js';
import {
  INITIAL_STATE,
  type Fault,
  type ModelAnswer,
  type NumberState,
  type Operation,
  type Progress,
  type StepContext,
  type Stepped,
} from './states.js';
import type { Rules } from './limits.js';

/** Times are client milliseconds; `now` is the database clock. */
export interface RecordedOperation {
  operation: Operation;
  invokedAt: number;
  /** Without an answer: the time after which it can no longer take effect. */
  endedAt: number;
  now: number;
  /** Undefined if lost: then any prefix of its steps may have run. */
  answer: ObservedAnswer | undefined;
}

export interface History {
  number: string;
  operations: readonly RecordedOperation[];
  codes: readonly string[];
  ending: FinalState;
}

export interface FinalState {
  /** Undefined for a verification whose id no client received. */
  verifications: readonly {
    id: string | undefined;
    status: string;
    attempts: number;
    phoneAttempts: number;
  }[];
  userVerified: boolean;
  messages: number;
  cooldownStep: number;
  wrongRun: number;
}

export type Verdict = 'in one order' | 'step by step' | 'impossible' | 'undecided';

type Move = [state: NumberState, place: Place];
type Place = 'before' | 'after' | { operation: Operation; progress: Progress };

/** Maximum of visited positions. Most orders are found quickly; interleaved steps take more. */
const MAX_POSITIONS = { whole: 3_000, mixed: 200_000 };

/**
 * Searches for an order that explains all answers and the final state and respects real time (Wing and Gong):
 * first with whole operations, then with interleaved steps.
 */
export function checkHistory(rules: Rules, history: History): Verdict {
  if (new Search(rules, history, true).succeeds()) return 'in one order';
  const mixed = new Search(rules, history, false);
  if (mixed.succeeds()) return 'step by step';
  return mixed.gaveUp ? 'undecided' : 'impossible';
}

class Search {
  private readonly seen = new Set<string>();
  private readonly operations: readonly RecordedOperation[];
  private readonly maxPositions: number;

  constructor(
    private readonly rules: Rules,
    private readonly history: History,
    private readonly whole: boolean,
  ) {
    this.operations = [...history.operations].sort((a, b) => a.endedAt - b.endedAt);
    this.maxPositions = whole ? MAX_POSITIONS.whole : MAX_POSITIONS.mixed;
  }

  get gaveUp(): boolean {
    return this.seen.size >= this.maxPositions;
  }

  succeeds(): boolean {
    return this.from(
      INITIAL_STATE,
      this.operations.map(() => 'before'),
    );
  }

  private from(state: NumberState, places: readonly Place[]): boolean {
    const next = this.operations.find((_, i) => places[i] !== 'after');
    if (!next) return matchesFinalState(state, this.history.ending);
    if (this.gaveUp || !this.isNew(state, places)) return false;
    // The next step comes before the earliest end of the unfinished operations.
    const moves = this.operations.flatMap((recorded, i) =>
      recorded.invokedAt < next.endedAt
        ? this.moves(recorded, places[i] ?? 'after', state).map((move) => ({ i, move }))
        : [],
    );
    const idle = moves.filter(({ move: [then, place] }) => then === state && place === 'after');
    const harmless = idle.find(({ i }) => neverChanges(this.operations[i]));
    const others = moves.filter((move) => !idle.includes(move));
    return (harmless ? [harmless] : [...idle, ...others]).some(({ i, move: [then, place] }) =>
      this.from(then, places.with(i, place)),
    );
  }

  private isNew(state: NumberState, places: readonly Place[]): boolean {
    // Comparisons do not affect later answers, nor do denials once a verification has ended.
    const verifications = state.verifications.map((one) =>
      one.status === 'sending' || one.status === 'pending'
        ? one
        : { ...one, denials: 0, lostChecks: [] },
    );
    const text = JSON.stringify([places, { ...state, verifications, comparisons: 0 }]);
    const key = createHash('sha1').update(text).digest('base64');
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  private moves(recorded: RecordedOperation, place: Place, state: NumberState): Move[] {
    if (place === 'after') return [];
    const { codes } = this.history;
    const context: StepContext = { rules: this.rules, now: recorded.now, codes };
    const lost: Move[] = recorded.answer ? [] : [[state, 'after']];
    if (place !== 'before') {
      const { operation, progress } = place;
      const stepped = step(context, state, operation, progress);
      return [...movesAfter(recorded, operation, stepped), ...lost];
    }
    const asked = recorded.operation;
    const begun = possibleFaults(recorded).flatMap((fault) => {
      const operation = 'fault' in asked ? { ...asked, fault } : asked;
      const whole = movesAfter(recorded, operation, run(context, state, operation));
      if (this.whole || whole[0]?.[0] === state) return whole;
      return movesAfter(recorded, operation, step(context, state, operation, { at: 'begin' }));
    });
    return [...begun, ...lost];
  }
}

/** Whether the operation cannot change state any more, so that it can be placed as soon as it fits. */
function neverChanges(recorded: RecordedOperation | undefined): boolean {
  if (!recorded?.answer) return false;
  const { kind } = recorded.operation;
  if (kind === 'read' || kind === 'cancel') return true;
  return kind !== 'check-by-number' && [403, 429].includes(recorded.answer.status);
}

function movesAfter(recorded: RecordedOperation, operation: Operation, stepped: Stepped): Move[] {
  if ('progress' in stepped) return [[stepped.state, { operation, progress: stepped.progress }]];
  if (recorded.answer && !agrees(stepped.answer, recorded.answer)) return [];
  return [[stepped.state, 'after']];
}

function possibleFaults({ operation, answer }: RecordedOperation): Fault[] {
  if (!('fault' in operation)) return ['none'];
  // A gateway's loss has the same effect as the connection's.
  const all: Fault[] = ['none', 'refused', 'lost-before', 'lost-after', 'nonsense'];
  const hidden = operation.kind === 'check-by-number' && answer?.status !== 200;
  if (!answer || hidden) return all;
  switch (answer.status) {
    case 502:
      return ['nonsense'];
    case 503:
      return ['refused'];
    case 504:
      return ['lost-before', 'lost-after'];
    default:
      return ['none'];
  }
}

/** Ignores `retryAfter`: the service computes it after the refusal. */
function agrees(expected: ModelAnswer, got: ObservedAnswer): boolean {
  return (
    expected.status === got.status &&
    expected.code === got.code &&
    expected.state === got.state &&
    expected.attemptsRemaining === got.attemptsRemaining &&
    expected.expiresAt === got.expiresAt &&
    expected.resendAt === got.resendAt &&
    (expected.limits === undefined) === (got.limit === undefined) &&
    (got.limit === undefined || expected.limits?.includes(got.limit) === true)
  );
}

function matchesFinalState(state: NumberState, ending: FinalState): boolean {
  const { cooldownStep, wrongRun } = state.budgets;
  const known = new Set(ending.verifications.map(({ id }) => id));
  const ours = state.verifications.map((one) => ({
    ...one,
    id: known.has(one.key) ? one.key : undefined,
  }));
  return (
    state.userVerified === ending.userVerified &&
    state.messages.length === ending.messages &&
    cooldownStep === ending.cooldownStep &&
    wrongRun === ending.wrongRun &&
    summarize(ours) === summarize(ending.verifications)
  );
}

function summarize(verifications: FinalState['verifications']): string {
  return verifications
    .map(({ id, status, attempts, phoneAttempts }) => {
      return `${id ?? '?'} ${status} ${attempts} ${phoneAttempts}`;
    })
    .sort()
    .join('\n');
}
