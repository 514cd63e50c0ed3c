import fc from 'fast-check';
import type { Action } from './resolve-action.js';
import { FAULTS } from './states.js';

const number = fc.constantFrom(0, 0, 0, 0, 1, 2);
const purpose = fc.constantFrom(0, 0, 0, 0, 0, 1);
// Mostly verifications that are still open.
const which = mostly(
  5,
  fc.record({ alive: fc.constant<boolean>(true), nth: fc.constantFrom<number[]>(0, 0, 1) }),
  fc.record({ alive: fc.constant<boolean>(false), nth: fc.nat({ max: 5 }) }),
);
const fault = mostly(
  5,
  fc.constant('none' as const),
  fc.constantFrom(...FAULTS.slice(1), 'refused' as const),
);
const code = fc.constantFrom(
  ...(['wrong', 'wrong', 'wrong', 'right', 'right', 'newest', 'oldest', 'foreign'] as const),
);
const offset = fc.constantFrom(0, 0, -1, 1);
const seconds = mostly(6, fc.constantFrom(1, 2, 4), fc.constantFrom(15, 35, 60, 61, 96, 86_400));
const boundary = mostly(6, fc.constant(0), fc.nat({ max: 9 }));

type Named<Name extends Action['do']> = fc.Arbitrary<Extract<Action, { do: Name }>>;

const request: Named<'request'> = fc.record({ do: fc.constant('request'), number, purpose, fault });
const resend: Named<'resend'> = fc.record({ do: fc.constant('resend'), which, fault });
const check: Named<'check'> = fc.record({ do: fc.constant('check'), which, code, fault });
const byNumber: Named<'check-by-number'> = fc.record({
  ...{ do: fc.constant('check-by-number'), number, purpose, code, fault },
});

const weighted: [weight: number, arbitrary: fc.Arbitrary<Action>][] = [
  [8, request],
  [5, resend],
  [14, check],
  [4, byNumber],
  [2, fc.record({ do: fc.constant('cancel'), which })],
  [2, fc.record({ do: fc.constant('read'), which })],
  [
    2,
    fc.record({
      do: fc.constant('crash'),
      during: fc.oneof(request, resend, resend, check, byNumber),
      before: fc.boolean(),
    }),
  ],
  [1, fc.constant({ do: 'restart' })],
  [1, fc.constant({ do: 'sweep' })],
  [4, fc.record({ do: fc.constant('advance'), seconds })],
  [9, fc.record({ do: fc.constant('advance-to'), boundary, offset })],
  [4, fc.constant({ do: 'retry-after-wait' })],
];

export const anyAction = fc.oneof(
  ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

function mostly<T>(times: number, usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: times, arbitrary: usual }, { weight: 1, arbitrary: rare });
}
