/** The limits of one number, as pure functions. Times are milliseconds of the database clock. */

export interface Limit {
  count: number;
  windowSeconds: number;
}

export interface Rules {
  cooldownSeconds: number;
  ttlSeconds: number;
  maxAttempts: number;
  sendPerPhone: Limit;
  wrongPerPhone: Limit;
}

export interface Budgets {
  cooldownStep: number;
  lastSendAt: number | null;
  nextSendAt: number | null;
  wrongRun: number;
  sends: readonly number[];
  wrongs: readonly number[];
}

export interface Refused {
  status: number;
  code: string;
  retryAfter?: number;
  /** Limits that end at the same moment; the service may name any of them. */
  limits?: string[];
}

export const NO_USAGE: Budgets = {
  cooldownStep: 0,
  lastSendAt: null,
  nextSendAt: null,
  wrongRun: 0,
  sends: [],
  wrongs: [],
};

const STOPPED_AT = 100;
const LONGEST_COOLDOWN_SECONDS = 1920;
const DAY_MS = 86_400_000;
const STOPPED: Refused = { status: 403, code: 'number_blocked' };

/** Takes a send. The first send of a verification also pays for its first guess. */
export function takeSend(
  rules: Rules,
  budgets: Budgets,
  now: number,
  paysForGuess: boolean,
): Budgets | Refused {
  if (budgets.wrongRun >= STOPPED_AT) return STOPPED;
  const { sendPerPhone, wrongPerPhone, cooldownSeconds } = rules;
  const over = [
    { name: 'send-per-phone', wait: waitFor(sendPerPhone, budgets.sends, now) },
    {
      name: 'wrong-per-phone',
      wait: paysForGuess ? waitFor(wrongPerPhone, budgets.wrongs, now) : 0,
    },
  ].filter(({ wait }) => wait > 0);
  const cooling = Math.max(0, (budgets.nextSendAt ?? now) - now);
  if (over.length > 0) {
    const wait = Math.max(...over.map((one) => one.wait));
    const limits = over.filter((one) => one.wait === wait).map((one) => one.name);
    return { ...waiting('rate_limited', Math.max(wait, cooling)), limits };
  }
  if (cooling > 0) return waiting('cooldown', cooling);
  const recent = budgets.lastSendAt !== null && budgets.lastSendAt > now - DAY_MS;
  const step = recent ? budgets.cooldownStep : 0;
  const seconds = Math.min(LONGEST_COOLDOWN_SECONDS, cooldownSeconds * 2 ** step);
  return {
    ...budgets,
    cooldownStep: step + 1,
    lastSendAt: now,
    nextSendAt: now + seconds * 1000,
    sends: [...budgets.sends, now],
    wrongs: paysForGuess ? [...budgets.wrongs, now] : budgets.wrongs,
  };
}

export function revertSend(
  budgets: Budgets,
  send: { startedAt: number; resendAt: number; paidForGuess: boolean },
): Budgets {
  return {
    ...budgets,
    cooldownStep: Math.max(0, budgets.cooldownStep - 1),
    nextSendAt: budgets.nextSendAt === send.resendAt ? null : budgets.nextSendAt,
    sends: without(budgets.sends, send.startedAt),
    wrongs: send.paidForGuess ? without(budgets.wrongs, send.startedAt) : budgets.wrongs,
  };
}

export function takeGuess(
  rules: Rules,
  budgets: Budgets,
  now: number,
  prepaid: boolean,
): Budgets | Refused {
  if (budgets.wrongRun >= STOPPED_AT) return STOPPED;
  const taken = { ...budgets, wrongRun: budgets.wrongRun + 1 };
  if (prepaid) return taken;
  const wait = waitFor(rules.wrongPerPhone, budgets.wrongs, now);
  if (wait > 0) return { ...waiting('rate_limited', wait), limits: ['wrong-per-phone'] };
  return { ...taken, wrongs: [...budgets.wrongs, now] };
}

/** Reverts a guess that the provider never received. `paidAt` is null when the message had paid for it. */
export function revertGuess(budgets: Budgets, paidAt: number | null): Budgets {
  const wrongRun = Math.max(0, budgets.wrongRun - 1);
  if (paidAt === null) return { ...budgets, wrongRun };
  return { ...budgets, wrongRun, wrongs: without(budgets.wrongs, paidAt) };
}

export function succeed(rules: Rules, budgets: Budgets, paidAt: number): Budgets {
  const { nextSendAt, lastSendAt } = budgets;
  const unhurried = (lastSendAt ?? 0) + rules.cooldownSeconds * 1000;
  return {
    ...budgets,
    cooldownStep: 0,
    wrongRun: 0,
    nextSendAt: nextSendAt === null ? null : Math.min(nextSendAt, unhurried),
    wrongs: without(budgets.wrongs, paidAt),
  };
}

export function countOf(limit: Limit, moments: readonly number[], now: number): number {
  return inWindow(limit, moments, now).length;
}

export function isRefused(result: Budgets | Refused): result is Refused {
  return 'status' in result;
}

/** Rounds up to whole seconds, so that the wait suffices. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

function waitFor(limit: Limit, moments: readonly number[], now: number): number {
  const counted = inWindow(limit, moments, now).sort((a, b) => b - a);
  const leaving = counted[limit.count - 1];
  return leaving === undefined ? 0 : leaving + limit.windowSeconds * 1000 - now;
}

function inWindow(limit: Limit, moments: readonly number[], now: number): number[] {
  return moments.filter((moment) => moment > now - limit.windowSeconds * 1000);
}

function without(moments: readonly number[], moment: number): number[] {
  const index = moments.indexOf(moment);
  return moments.filter((_, i) => i !== index);
}

function waiting(code: string, milliseconds: number): Refused {
  return { status: 429, code, retryAfter: wholeSeconds(milliseconds) };
}
