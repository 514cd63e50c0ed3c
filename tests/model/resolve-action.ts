import { INITIAL_STATE, get, type Fault, type NumberState, type Operation } from './states.js';
import type { ServiceUnderTest } from './service-under-test.js';

/** Actions name their targets by position, so that shrinking can drop any part of a run. */
export type Action =
  | { do: 'request'; number: number; purpose: number; fault: Fault }
  | { do: 'resend'; which: Target; fault: Fault }
  | { do: 'check'; which: Target; code: CodeChoice; fault: Fault }
  | { do: 'check-by-number'; number: number; purpose: number; code: CodeChoice; fault: Fault }
  | { do: 'cancel'; which: Target }
  | { do: 'read'; which: Target }
  | { do: 'crash'; during: CrashableAction; before: boolean }
  | { do: 'restart' }
  | { do: 'sweep' }
  | { do: 'advance'; seconds: number }
  | { do: 'advance-to'; boundary: number; offset: number }
  | { do: 'retry-after-wait' };

/** Counted from the newest. `alive` prefers pending, unexpired verifications. */
interface Target {
  alive: boolean;
  nth: number;
}

export type CrashableAction = Extract<
  Action,
  { do: 'request' | 'resend' | 'check' | 'check-by-number' }
>;
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

export interface ModelState {
  numbers: readonly string[];
  states: Map<string, NumberState>;
  opened: Opened[];
  ids: Map<string, string>;
  refusal: Refusal | undefined;
  tally: Map<string, number>;
}

const PURPOSES = ['login', 'payment'];

export function initialModel(numbers: readonly string[], tally: Map<string, number>): ModelState {
  const states = new Map(numbers.map((number) => [number, INITIAL_STATE]));
  return { numbers, states, opened: [], ids: new Map(), refusal: undefined, tally };
}

export function resolveAction(
  model: ModelState,
  service: ServiceUnderTest,
  action: Extract<Action, { number: number } | { which: Target }>,
): { number: string; operation: Operation } {
  if ('which' in action) {
    const { key: of, number } = pickVerification(model, service, action.which);
    const code = action.do === 'check' ? chooseCode(model, service, number, action.code, of) : '';
    switch (action.do) {
      case 'resend':
        return { number, operation: { kind: 'resend', of, fault: action.fault } };
      case 'check':
        return { number, operation: { kind: 'check', of, code, fault: action.fault } };
      default:
        return { number, operation: { kind: action.do, of } };
    }
  }
  const number = model.numbers[action.number % model.numbers.length]!;
  const purpose = PURPOSES[action.purpose]!;
  const { fault } = action;
  if (action.do === 'request') {
    return { number, operation: { kind: 'request', key: nextKey(model), purpose, fault } };
  }
  const code = chooseCode(model, service, number, action.code);
  return { number, operation: { kind: 'check-by-number', purpose, code, fault } };
}

function pickVerification(
  model: ModelState,
  service: ServiceUnderTest,
  { alive, nth }: Target,
): Opened {
  const open = model.opened.filter(({ key, number }) => {
    const { status, expiresAt } = get(model.states.get(number)!, key);
    return status === 'pending' && expiresAt > service.clock.now;
  });
  const some = alive && open.length > 0 ? open : model.opened;
  return some.at(-1 - (nth % some.length))!;
}

/** @param key the verification whose code `right` means; without it, the newest message's */
function chooseCode(
  model: ModelState,
  service: ServiceUnderTest,
  number: string,
  choice: CodeChoice,
  key?: string,
): string {
  const codes = service.codesOf(number);
  const codeAt = (index: number, of = codes) => of.at(index) ?? '0000';
  switch (choice) {
    case 'right': {
      const message = key === undefined ? null : get(model.states.get(number)!, key).message;
      return codeAt(message ?? -1);
    }
    case 'newest':
      return codeAt(-1);
    case 'oldest':
      return codeAt(0);
    case 'foreign':
      return codeAt(-1, service.codesOf(model.numbers.find((other) => other !== number)!));
    case 'wrong':
      return ['1111', '2222', '3333', '4444', '5555'].find((code) => !codes.includes(code))!;
  }
}

export function nextKey(model: ModelState): string {
  return `v${model.opened.length + 1}`;
}
