import { countOf } from './limits.js';
import type { ModelAnswer, NumberState } from './states.js';
import { RULES, type Reply, type ServiceUnderTest } from './service-under-test.js';

export interface Observed {
  verifications: (Record<string, unknown> & { id?: string })[];
  budgets: Record<string, unknown>;
  sends: number;
  wrongs: number;
  user: string | null;
  messages: number;
  comparisons: number;
}

const OBSERVE_NUMBER = `
SELECT
  (SELECT coalesce(json_agg(json_build_object(
    'id', id, 'purpose', purpose, 'status', status, 'attempts', attempts, 'phoneAttempts', phone_attempts,
    'resending', resend_reference IS NOT NULL,
    'expiresAt', (extract(epoch FROM expires_at) * 1000)::bigint,
    'resendAt', (extract(epoch FROM resend_at) * 1000)::bigint) ORDER BY created_at), '[]')
    FROM verifications WHERE phone_number = $1) AS verifications,
  (SELECT json_build_object('cooldownStep', cooldown_step, 'wrongRun', wrong_run,
    'nextSendAt', (extract(epoch FROM next_send_at) * 1000)::bigint)
    FROM phone_limits WHERE phone_key = $1) AS budgets,
  (SELECT count(*)::int FROM phone_limits AS p, unnest(p.sends) AS at
    WHERE p.phone_key = $1 AND at > $2::timestamptz - make_interval(secs => $3::int)) AS sends,
  (SELECT count(*)::int FROM phone_limits AS p, unnest(p.guesses) AS at
    WHERE p.phone_key = $1 AND at > $2::timestamptz - make_interval(secs => $4::int)) AS wrongs,
  (SELECT status FROM users WHERE phone_number = $1) AS status`;

interface ObservedRow {
  verifications: Observed['verifications'];
  budgets: Record<string, unknown> | null;
  sends: number;
  wrongs: number;
  status: string | null;
}

export async function observe(service: ServiceUnderTest, number: string): Promise<Observed> {
  const { sendPerPhone, wrongPerPhone } = RULES;
  const windows = [sendPerPhone.windowSeconds, wrongPerPhone.windowSeconds];
  const [look] = await service.rows<ObservedRow>(OBSERVE_NUMBER, [
    number,
    new Date(service.clock.now),
    ...windows,
  ]);
  if (!look) throw new Error('no answer');
  const ours = service.sinch.started.filter((one) => one.number === number);
  const paths = new Set(ours.map((one) => `/verification/v1/verifications/id/${one.id}`));
  const { calls } = service.sinch;
  return {
    verifications: look.verifications,
    budgets: look.budgets ?? { cooldownStep: 0, wrongRun: 0, nextSendAt: null },
    sends: look.sends,
    wrongs: look.wrongs,
    user: look.status,
    messages: ours.length,
    comparisons: calls.filter(({ method, path }) => method === 'PUT' && paths.has(path)).length,
  };
}

export function predicted(state: NumberState, now: number): Observed {
  const { cooldownStep, wrongRun, nextSendAt, sends, wrongs } = state.budgets;
  return {
    verifications: state.verifications.map((one) => ({
      purpose: one.purpose,
      status: one.status,
      attempts: one.attempts,
      phoneAttempts: one.phoneAttempts,
      resending: one.resending !== null,
      expiresAt: one.expiresAt,
      resendAt: one.resendAt,
    })),
    budgets: { cooldownStep, wrongRun, nextSendAt },
    sends: countOf(RULES.sendPerPhone, sends, now),
    wrongs: countOf(RULES.wrongPerPhone, wrongs, now),
    user: state.userVerified ? 'verified' : null,
    messages: state.messages.length,
    comparisons: state.comparisons,
  };
}

/** A response, reduced to the fields that the model predicts. */
export interface ObservedAnswer {
  status: number;
  code: string | undefined;
  state: string | undefined;
  attemptsRemaining: unknown;
  retryAfter: unknown;
  limit: string | undefined;
  expiresAt: number | undefined;
  resendAt: number | undefined;
}

export function observedAnswer({ status, body }: Reply): ObservedAnswer {
  const text = (name: string) => {
    const value = body[name];
    return typeof value === 'string' ? value : undefined;
  };
  const time = (name: string) => {
    const value = text(name);
    return value === undefined ? undefined : Date.parse(value);
  };
  return {
    status,
    code: text('code'),
    state: text('status'),
    attemptsRemaining: body['attemptsRemaining'],
    retryAfter: body['retryAfter'],
    limit: text('limit'),
    expiresAt: time('expiresAt'),
    resendAt: time('resendAt'),
  };
}

/** Any of the limits that the model names matches. */
export function expectedAnswer(
  expected: ModelAnswer,
  got: ObservedAnswer,
): Record<string, unknown> {
  const { limits, ...rest } = expected;
  const limit = limits?.find((name) => name === got.limit) ?? limits?.[0];
  const absent = { code: undefined, state: undefined, attemptsRemaining: undefined };
  const times = { retryAfter: undefined, expiresAt: undefined, resendAt: undefined };
  return { ...absent, ...times, ...rest, limit };
}
