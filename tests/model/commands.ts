import type { AsyncCommand } from 'fast-check';
import { aim, nextKey, type Action, type Belief, type Dying } from './aim.js';
import { run, runUntil, sweep } from './model.js';
import { heard, observe, predicted, said } from './observe.js';
import type { Fault, ModelAnswer, NumberState, Operation, Setting } from './states.js';
import { RULES, type Reply, type World } from './world.js';

/** Time between two operations: enough that no two verifications are equally new. */
const TICK_MS = 7;
const HANGS = { before: 'hang-before', after: 'hang-after' } as const;

/** One action against the service, and everything that can be seen afterwards against the model. */
export class Command implements AsyncCommand<Belief, World> {
  constructor(readonly action: Action) {}

  check(belief: Readonly<Belief>): boolean {
    const { action } = this;
    if (action.do === 'insist') return belief.refusal !== undefined;
    const target = action.do === 'crash' ? action.during : action;
    return !('which' in target) || belief.opened.length > 0;
  }

  async run(belief: Belief, world: World): Promise<void> {
    const { action } = this;
    count(belief, `do ${action.do}`);
    switch (action.do) {
      case 'restart':
        return restart(world);
      case 'sweep':
        return sweepAll(belief, world);
      case 'pass':
        return world.clock.pass(action.seconds * 1000);
      case 'pass-to':
        return passTo(belief, world, action.boundary, action.offset);
      case 'insist':
        return insist(belief, world);
      case 'crash':
        return crash(belief, world, action.during, action.before);
      default: {
        const { number, operation } = aim(belief, world, action);
        return operate(belief, world, number, operation);
      }
    }
  }

  toString(): string {
    return JSON.stringify(this.action);
  }
}

async function settingOf(belief: Belief, world: World, number: string) {
  await world.clock.pass(TICK_MS);
  const setting: Setting = { rules: RULES, now: world.clock.now, codes: world.codesOf(number) };
  return { setting, state: belief.states.get(number)! };
}

async function operate(belief: Belief, world: World, number: string, operation: Operation) {
  const { setting, state } = await settingOf(belief, world, number);
  const expected = run(setting, state, operation);
  world.provider.plan = () => ({ fault: 'fault' in operation ? operation.fault : 'none' });
  const reply = await ask(belief, world, number, operation);
  compareAnswer(belief, { number, operation, reply, expected: expected.answer });
  await keep(belief, world, number, expected.state);
}

function ask(belief: Belief, world: World, number: string, operation: Operation): Promise<Reply> {
  const idOf = (key: string) => belief.ids.get(key) ?? 'unknown';
  switch (operation.kind) {
    case 'request':
      return world.call('POST', '/request-otp', {
        phoneNumber: number,
        purpose: operation.purpose,
      });
    case 'resend':
      return world.call('POST', `/verifications/${idOf(operation.of)}/resend`, {});
    case 'check':
      return world.call('POST', '/verify-otp', {
        ...{ verificationId: idOf(operation.of), code: operation.code },
      });
    case 'check-by-number': {
      const { purpose, code } = operation;
      return world.call('POST', '/verify-otp', { phoneNumber: number, purpose, code });
    }
    case 'cancel':
      return world.call('DELETE', `/verifications/${idOf(operation.of)}`);
    case 'read':
      return world.call('GET', `/verifications/${idOf(operation.of)}`);
  }
}

function compareAnswer(
  belief: Belief,
  asked: { number: string; operation: Operation; reply: Reply; expected: ModelAnswer },
): void {
  const { number, operation, reply, expected } = asked;
  const got = heard(reply);
  count(belief, `${operation.kind} ${reply.status} ${got.limit ?? got.code ?? ''}`);
  expect({ operation, answer: got }).toEqual({ operation, answer: said(expected, got) });
  const { retryAfter } = expected;
  if (expected.status !== 429 || retryAfter === undefined) return;
  // Without attempts nothing more can be done with that one: a new code is what the wait is for.
  const again: Operation =
    expected.code === 'attempts_exhausted'
      ? { kind: 'request', key: '', purpose: 'login', fault: 'none' }
      : operation;
  belief.refusal = { number, operation: again, retryAfter };
}

/** Waits exactly as long as the last refusal asked for, and tries again: that must be long enough. */
async function insist(belief: Belief, world: World): Promise<void> {
  const { number, operation, retryAfter } = belief.refusal!;
  belief.refusal = undefined;
  await world.clock.pass(retryAfter * 1000 - TICK_MS);
  const again = operation.kind === 'request' ? { ...operation, key: nextKey(belief) } : operation;
  await operate(belief, world, number, again);
}

/** The process dies while the provider is at work. What is refused before that is answered as usual. */
async function crash(belief: Belief, world: World, during: Dying, before: boolean): Promise<void> {
  const aimed = aim(belief, world, during);
  const { number } = aimed;
  const fault: Fault = before ? 'lost-before' : 'lost-after';
  const operation = { ...aimed.operation, fault } as Operation;
  const { setting, state } = await settingOf(belief, world, number);
  world.provider.plan = () => ({ fault: before ? HANGS.before : HANGS.after });
  const hung = world.provider.hangs();
  const asked = ask(belief, world, number, operation).catch(() => undefined);
  const reply = await Promise.race([asked, hung]);
  const dies = operation.kind === 'request' || operation.kind === 'resend' ? 'sent' : 'compared';
  const expected = runUntil(setting, state, operation, dies);
  if (reply) {
    const { answer } = run(setting, state, operation);
    compareAnswer(belief, { number, operation, reply, expected: answer });
  } else {
    expect(expected).toHaveProperty('progress');
    count(belief, `crash in ${operation.kind}`);
    await restart(world);
    await asked;
  }
  await keep(belief, world, number, expected.state);
}

async function sweepAll(belief: Belief, world: World): Promise<void> {
  await world.sweep();
  for (const [number, state] of belief.states) {
    await keep(belief, world, number, sweep(world.clock.now, state));
  }
}

async function restart(world: World): Promise<void> {
  await world.crash();
  await world.boot();
}

/** Just before, at, or just after a moment that means something to somebody. */
async function passTo(belief: Belief, world: World, boundary: number, offset: number) {
  const moments = [...belief.states.values()].flatMap(({ budgets, verifications }) => [
    budgets.nextSendAt ?? 0,
    ...budgets.sends.map((at) => at + RULES.sendPerPhone.windowSeconds * 1000),
    ...budgets.wrongs.map((at) => at + RULES.wrongPerPhone.windowSeconds * 1000),
    ...verifications.flatMap((one) => [
      ...[one.expiresAt, one.expiresAt + 60_000, one.sendStartedAt + 35_000],
    ]),
  ]);
  const waits = moments
    .map((moment) => moment + offset - TICK_MS - world.clock.now)
    .filter((wait) => wait > 0)
    .sort((a, b) => a - b);
  if (waits.length > 0) await world.clock.pass(waits[boundary % waits.length]!);
}

/**
 * Believes in the new state if the tables and the provider say the same. Also learns the ids: whoever is told that an
 * outcome is unknown learns them too.
 */
async function keep(
  belief: Belief,
  world: World,
  number: string,
  state: NumberState,
): Promise<void> {
  const known = belief.states.get(number)!.verifications.length;
  for (const { key } of state.verifications.slice(known)) belief.opened.push({ key, number });
  belief.states.set(number, state);
  const { verifications, ...rest } = await observe(world, number);
  const rows = verifications.map(({ id, ...row }, i) => {
    const key = state.verifications[i]?.key;
    if (key !== undefined && id !== undefined) belief.ids.set(key, id);
    return row;
  });
  expect({ ...rest, verifications: rows }).toEqual(predicted(state, world.clock.now));
}

function count(belief: Belief, what: string): void {
  belief.tally.set(what, (belief.tally.get(what) ?? 0) + 1);
}
