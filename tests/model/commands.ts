import type { AsyncCommand } from 'fast-check';
import {
  resolveAction,
  nextKey,
  type Action,
  type ModelState,
  type CrashableAction,
} from './resolve-action.js';
import { run, runUntil, sweep } from './model.js';
import { observe, observedAnswer, predicted, expectedAnswer } from './observe.js';
import type { Fault, ModelAnswer, NumberState, Operation, StepContext } from './states.js';
import { RULES, type Reply, type ServiceUnderTest } from './service-under-test.js';

/** Time between operations, so that no two verifications have the same creation time. */
const TICK_MS = 7;
const HANGS = { before: 'hang-before', after: 'hang-after' } as const;

export class Command implements AsyncCommand<ModelState, ServiceUnderTest> {
  constructor(readonly action: Action) {}

  check(model: Readonly<ModelState>): boolean {
    const { action } = this;
    if (action.do === 'retry-after-wait') return model.refusal !== undefined;
    const target = action.do === 'crash' ? action.during : action;
    return !('which' in target) || model.opened.length > 0;
  }

  async run(model: ModelState, service: ServiceUnderTest): Promise<void> {
    const { action } = this;
    count(model, `do ${action.do}`);
    switch (action.do) {
      case 'restart':
        return restart(service);
      case 'sweep':
        return sweepAll(model, service);
      case 'advance':
        return service.clock.advance(action.seconds * 1000);
      case 'advance-to':
        return advanceTo(model, service, action.boundary, action.offset);
      case 'retry-after-wait':
        return retryAfterWait(model, service);
      case 'crash':
        return crash(model, service, action.during, action.before);
      default: {
        const { number, operation } = resolveAction(model, service, action);
        return operate(model, service, number, operation);
      }
    }
  }

  toString(): string {
    return JSON.stringify(this.action);
  }
}

async function contextOf(model: ModelState, service: ServiceUnderTest, number: string) {
  await service.clock.advance(TICK_MS);
  const context: StepContext = {
    rules: RULES,
    now: service.clock.now,
    codes: service.codesOf(number),
  };
  return { context, state: model.states.get(number)! };
}

async function operate(
  model: ModelState,
  service: ServiceUnderTest,
  number: string,
  operation: Operation,
) {
  const { context, state } = await contextOf(model, service, number);
  const expected = run(context, state, operation);
  service.provider.plan = () => ({ fault: 'fault' in operation ? operation.fault : 'none' });
  const reply = await ask(model, service, number, operation);
  compareAnswer(model, { number, operation, reply, expected: expected.answer });
  await acceptState(model, service, number, expected.state);
}

function ask(
  model: ModelState,
  service: ServiceUnderTest,
  number: string,
  operation: Operation,
): Promise<Reply> {
  const idOf = (key: string) => model.ids.get(key) ?? 'unknown';
  switch (operation.kind) {
    case 'request':
      return service.call('POST', '/request-otp', {
        phoneNumber: number,
        purpose: operation.purpose,
      });
    case 'resend':
      return service.call('POST', `/verifications/${idOf(operation.of)}/resend`, {});
    case 'check':
      return service.call('POST', '/verify-otp', {
        ...{ verificationId: idOf(operation.of), code: operation.code },
      });
    case 'check-by-number': {
      const { purpose, code } = operation;
      return service.call('POST', '/verify-otp', { phoneNumber: number, purpose, code });
    }
    case 'cancel':
      return service.call('DELETE', `/verifications/${idOf(operation.of)}`);
    case 'read':
      return service.call('GET', `/verifications/${idOf(operation.of)}`);
  }
}

function compareAnswer(
  model: ModelState,
  asked: { number: string; operation: Operation; reply: Reply; expected: ModelAnswer },
): void {
  const { number, operation, reply, expected } = asked;
  const got = observedAnswer(reply);
  count(model, `${operation.kind} ${reply.status} ${got.limit ?? got.code ?? ''}`);
  expect({ operation, answer: got }).toEqual({ operation, answer: expectedAnswer(expected, got) });
  const { retryAfter } = expected;
  if (expected.status !== 429 || retryAfter === undefined) return;
  // An exhausted verification stays exhausted: the wait is for a new code.
  const again: Operation =
    expected.code === 'attempts_exhausted'
      ? { kind: 'request', key: '', purpose: 'login', fault: 'none' }
      : operation;
  model.refusal = { number, operation: again, retryAfter };
}

async function retryAfterWait(model: ModelState, service: ServiceUnderTest): Promise<void> {
  const { number, operation, retryAfter } = model.refusal!;
  model.refusal = undefined;
  await service.clock.advance(retryAfter * 1000 - TICK_MS);
  const again = operation.kind === 'request' ? { ...operation, key: nextKey(model) } : operation;
  await operate(model, service, number, again);
}

/** Kills the process during the provider call. Earlier refusals are answered as usual. */
async function crash(
  model: ModelState,
  service: ServiceUnderTest,
  during: CrashableAction,
  before: boolean,
): Promise<void> {
  const target = resolveAction(model, service, during);
  const { number } = target;
  const fault: Fault = before ? 'lost-before' : 'lost-after';
  const operation = { ...target.operation, fault } as Operation;
  const { context, state } = await contextOf(model, service, number);
  service.provider.plan = () => ({ fault: before ? HANGS.before : HANGS.after });
  const hung = service.provider.hangs();
  const asked = ask(model, service, number, operation).catch(() => undefined);
  const reply = await Promise.race([asked, hung]);
  const crashBefore =
    operation.kind === 'request' || operation.kind === 'resend' ? 'sent' : 'compared';
  const expected = runUntil(context, state, operation, crashBefore);
  if (reply) {
    const { answer } = run(context, state, operation);
    compareAnswer(model, { number, operation, reply, expected: answer });
  } else {
    expect(expected).toHaveProperty('progress');
    count(model, `crash in ${operation.kind}`);
    await restart(service);
    await asked;
  }
  await acceptState(model, service, number, expected.state);
}

async function sweepAll(model: ModelState, service: ServiceUnderTest): Promise<void> {
  await service.sweep();
  for (const [number, state] of model.states) {
    await acceptState(model, service, number, sweep(service.clock.now, state));
  }
}

async function restart(service: ServiceUnderTest): Promise<void> {
  await service.crash();
  await service.start();
}

/** Advances to just before, at or just after a moment when some state changes. */
async function advanceTo(
  model: ModelState,
  service: ServiceUnderTest,
  boundary: number,
  offset: number,
) {
  const moments = [...model.states.values()].flatMap(({ budgets, verifications }) => [
    budgets.nextSendAt ?? 0,
    ...budgets.sends.map((at) => at + RULES.sendPerPhone.windowSeconds * 1000),
    ...budgets.wrongs.map((at) => at + RULES.wrongPerPhone.windowSeconds * 1000),
    ...verifications.flatMap((one) => [
      ...[one.expiresAt, one.expiresAt + 60_000, one.sendStartedAt + 35_000],
    ]),
  ]);
  const waits = moments
    .map((moment) => moment + offset - TICK_MS - service.clock.now)
    .filter((wait) => wait > 0)
    .sort((a, b) => a - b);
  if (waits.length > 0) await service.clock.advance(waits[boundary % waits.length]!);
}

/** Compares all visible state with the model and learns the ids, also those of unknown outcomes. */
async function acceptState(
  model: ModelState,
  service: ServiceUnderTest,
  number: string,
  state: NumberState,
): Promise<void> {
  const known = model.states.get(number)!.verifications.length;
  for (const { key } of state.verifications.slice(known)) model.opened.push({ key, number });
  model.states.set(number, state);
  const { verifications, ...rest } = await observe(service, number);
  const rows = verifications.map(({ id, ...row }, i) => {
    const key = state.verifications[i]?.key;
    if (key !== undefined && id !== undefined) model.ids.set(key, id);
    return row;
  });
  expect({ ...rest, verifications: rows }).toEqual(predicted(state, service.clock.now));
}

function count(model: ModelState, what: string): void {
  model.tally.set(what, (model.tally.get(what) ?? 0) + 1);
}
