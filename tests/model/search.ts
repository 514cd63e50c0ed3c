import { run, step } from './model.js';
import type { Heard } from './observe.js';
import {
  NOTHING_YET,
  type Fault,
  type ModelAnswer,
  type NumberState,
  type Operation,
  type Progress,
  type Setting,
  type Stepped,
} from './states.js';
import type { Rules } from './limits.js';

/** One operation as its client saw it. Times of the client are milliseconds, `now` is the clock of the database. */
export interface Recorded {
  operation: Operation;
  invokedAt: number;
  /** For an answer that was lost: the moment from which on nothing of it can happen any more. */
  endedAt: number;
  now: number;
  /** Undefined when it was lost: then any beginning of the operation may have happened. */
  answer: Heard | undefined;
}

/** All that happened to one number, and what was left in the end. */
export interface History {
  number: string;
  operations: readonly Recorded[];
  codes: readonly string[];
  ending: Ending;
}

export interface Ending {
  /** A verification that no client has heard of has no id here. */
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

type Place = 'before' | 'after' | { operation: Operation; progress: Progress };

const LARGEST_SEARCH = 300_000;

/**
 * Whether some order of what the operations do explains every answer and what is left, after Wing and Gong: an order
 * that keeps to real time, in which an operation is before another when it had ended before the other began. First with
 * operations that are whole, then with their steps mixed.
 */
export function explain(rules: Rules, history: History): Verdict {
  let verdict: Verdict = 'impossible';
  for (const whole of [true, false]) {
    const search = new Search(rules, history, whole);
    if (search.succeeds()) return whole ? 'in one order' : 'step by step';
    if (search.gaveUp) verdict = 'undecided';
  }
  return verdict;
}

class Search {
  private readonly seen = new Set<string>();
  private readonly operations: readonly Recorded[];

  constructor(
    private readonly rules: Rules,
    private readonly history: History,
    private readonly whole: boolean,
  ) {
    this.operations = [...history.operations].sort((a, b) => a.endedAt - b.endedAt);
  }

  get gaveUp(): boolean {
    return this.seen.size >= LARGEST_SEARCH;
  }

  succeeds(): boolean {
    return this.from(
      NOTHING_YET,
      this.operations.map(() => 'before'),
    );
  }

  private from(state: NumberState, places: readonly Place[]): boolean {
    const next = this.operations.find((_, i) => places[i] !== 'after');
    if (!next) return endsAs(state, this.history.ending);
    const key = JSON.stringify([places, state]);
    if (this.gaveUp || this.seen.has(key)) return false;
    this.seen.add(key);
    // Whatever happens now happens before the first of the unfinished ones ends.
    return this.operations.some(
      (recorded, i) =>
        recorded.invokedAt < next.endedAt &&
        this.moves(recorded, places[i] ?? 'after', state).some(([then, place]) =>
          this.from(then, places.with(i, place)),
        ),
    );
  }

  private moves(recorded: Recorded, place: Place, state: NumberState): [NumberState, Place][] {
    if (place === 'after') return [];
    const { codes } = this.history;
    const setting: Setting = { rules: this.rules, now: recorded.now, codes };
    const lost: [NumberState, Place][] = recorded.answer ? [] : [[state, 'after']];
    if (place !== 'before') {
      const { operation, progress } = place;
      const stepped = step(setting, state, operation, progress);
      return [...landing(recorded, operation, stepped), ...lost];
    }
    const begun = faultsBehind(recorded).flatMap((fault) => {
      const operation =
        'fault' in recorded.operation ? { ...recorded.operation, fault } : recorded.operation;
      const stepped = this.whole
        ? run(setting, state, operation)
        : step(setting, state, operation, { at: 'begin' });
      return landing(recorded, operation, stepped);
    });
    return [...begun, ...lost];
  }
}

function landing(
  recorded: Recorded,
  operation: Operation,
  stepped: Stepped,
): [NumberState, Place][] {
  if ('progress' in stepped) return [[stepped.state, { operation, progress: stepped.progress }]];
  if (recorded.answer && !agrees(stepped.answer, recorded.answer)) return [];
  return [[stepped.state, 'after']];
}

/** What the provider may have done, as far as the answer tells. */
function faultsBehind({ operation, answer }: Recorded): Fault[] {
  if (!('fault' in operation)) return ['none'];
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

/** How long to wait is not compared: a refusal reads it a moment after it has refused. */
function agrees(expected: ModelAnswer, got: Heard): boolean {
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

function endsAs(state: NumberState, ending: Ending): boolean {
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
    describe(ours) === describe(ending.verifications)
  );
}

function describe(verifications: Ending['verifications']): string {
  return verifications
    .map(({ id, status, attempts, phoneAttempts }) => {
      return `${id ?? '?'} ${status} ${attempts} ${phoneAttempts}`;
    })
    .sort()
    .join('\n');
}
