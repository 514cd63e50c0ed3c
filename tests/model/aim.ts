import { NOTHING_YET, get, type Fault, type NumberState, type Operation } from './states.js';
import type { World } from './world.js';

/** What fast-check plays: places are numbers, so that any part of a run can be left out and the rest still means something. */
export type Action =
  | { do: 'request'; number: number; purpose: number; fault: Fault }
  | { do: 'resend'; which: Which; fault: Fault }
  | { do: 'check'; which: Which; code: CodeChoice; fault: Fault }
  | { do: 'check-by-number'; number: number; purpose: number; code: CodeChoice; fault: Fault }
  | { do: 'cancel'; which: Which }
  | { do: 'read'; which: Which }
  | { do: 'crash'; during: Dying; before: boolean }
  | { do: 'restart' }
  | { do: 'sweep' }
  | { do: 'pass'; seconds: number }
  | { do: 'pass-to'; boundary: number; offset: number }
  | { do: 'insist' };

/** Counted from the newest. `alive`: among those that are pending and in time, if there are any. */
interface Which {
  alive: boolean;
  nth: number;
}

export type Dying = Extract<Action, { do: 'request' | 'resend' | 'check' | 'check-by-number' }>;
type CodeChoice = 'right' | 'wrong' | 'newest' | 'oldest' | 'foreign';

interface Opened {
  key: string;
  number: string;
}

interface Refusal {
  number: string;
  operation: Operation;
  retryAfter: number;
}

/** What the model believes during one run. */
export interface Belief {
  numbers: readonly string[];
  states: Map<string, NumberState>;
  /** Every verification of the run, in the order in which they were opened. */
  opened: Opened[];
  ids: Map<string, string>;
  refusal: Refusal | undefined;
  tally: Map<string, number>;
}

const PURPOSES = ['login', 'payment'];

export function believe(numbers: readonly string[], tally: Map<string, number>): Belief {
  const states = new Map(numbers.map((number) => [number, NOTHING_YET]));
  return { numbers, states, opened: [], ids: new Map(), refusal: undefined, tally };
}

/** The operation that an action means now. */
export function aim(
  belief: Belief,
  world: World,
  action: Extract<Action, { number: number } | { which: Which }>,
): { number: string; operation: Operation } {
  if ('which' in action) {
    const { key: of, number } = pick(belief, world, action.which);
    const code = action.do === 'check' ? choose(belief, world, number, action.code, of) : '';
    switch (action.do) {
      case 'resend':
        return { number, operation: { kind: 'resend', of, fault: action.fault } };
      case 'check':
        return { number, operation: { kind: 'check', of, code, fault: action.fault } };
      default:
        return { number, operation: { kind: action.do, of } };
    }
  }
  const number = belief.numbers[action.number % belief.numbers.length]!;
  const purpose = PURPOSES[action.purpose]!;
  const { fault } = action;
  if (action.do === 'request') {
    return { number, operation: { kind: 'request', key: nextKey(belief), purpose, fault } };
  }
  const code = choose(belief, world, number, action.code);
  return { number, operation: { kind: 'check-by-number', purpose, code, fault } };
}

function pick(belief: Belief, world: World, { alive, nth }: Which): Opened {
  const living = belief.opened.filter(({ key, number }) => {
    const { status, expiresAt } = get(belief.states.get(number)!, key);
    return status === 'pending' && expiresAt > world.clock.now;
  });
  const some = alive && living.length > 0 ? living : belief.opened;
  return some.at(-1 - (nth % some.length))!;
}

/** @param key of the verification whose code `right` is; the newest message's without */
function choose(
  belief: Belief,
  world: World,
  number: string,
  choice: CodeChoice,
  key?: string,
): string {
  const codes = world.codesOf(number);
  const known = (index: number, of = codes) => of.at(index) ?? '0000';
  switch (choice) {
    case 'right': {
      const message = key === undefined ? null : get(belief.states.get(number)!, key).message;
      return known(message ?? -1);
    }
    case 'newest':
      return known(-1);
    case 'oldest':
      return known(0);
    case 'foreign':
      return known(-1, world.codesOf(belief.numbers.find((other) => other !== number)!));
    case 'wrong':
      return ['1111', '2222', '3333', '4444', '5555'].find((code) => !codes.includes(code))!;
  }
}

export function nextKey(belief: Belief): string {
  return `v${belief.opened.length + 1}`;
}
