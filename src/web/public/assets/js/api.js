import { noteServerDate } from './clock.js';

/** A problem document of the service, or `code: 'unreachable'` when no answer came. */
export class ApiProblem extends Error {
  constructor(problem) {
    super(problem.code);
    this.code = problem.code;
    this.retryAfter = problem.retryAfter;
    this.attemptsRemaining = problem.attemptsRemaining;
    this.verificationId = problem.verificationId;
    this.fields = problem.fields ?? [];
  }
}

const readJson = async (response) => {
  try {
    return await response.json();
  } catch {
    return null;
  }
};

const whole = (value) => (Number.isInteger(value) && value >= 0 ? value : undefined);

const toProblem = (response, body) => {
  const header = response.headers.get('Retry-After');
  return new ApiProblem({
    code: typeof body?.code === 'string' ? body.code : 'internal_error',
    retryAfter: whole(body?.retryAfter) ?? (header ? whole(Number(header)) : undefined),
    attemptsRemaining: whole(body?.attemptsRemaining),
    verificationId: body?.verificationId,
    fields: Array.isArray(body?.errors) ? body.errors.map((error) => error?.pointer) : [],
  });
};

const call = async (method, path, { body, headers = {}, signal } = {}) => {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
      body: body && JSON.stringify(body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiProblem({ code: 'unreachable' });
  }
  noteServerDate(response.headers.get('Date'));
  const answer = await readJson(response);
  if (!response.ok) throw toProblem(response, answer);
  return answer;
};

export const requestOtp = (body, idempotencyKey) =>
  call('POST', '/request-otp', { body, headers: { 'Idempotency-Key': idempotencyKey } });

/** Another message for a verification that is still open. */
export const resendOtp = (verificationId, body, idempotencyKey) =>
  call('POST', `/verifications/${encodeURIComponent(verificationId)}/resend`, {
    body,
    headers: { 'Idempotency-Key': idempotencyKey },
  });

export const verifyOtp = (verificationId, code) =>
  call('POST', '/verify-otp', { body: { verificationId, code } });

/** All simulated messages, or those to one number; newest first. */
export const readInbox = (to, signal) =>
  call('GET', `/simulator/inbox${to ? `?to=${encodeURIComponent(to)}` : ''}`, { signal });

export const clearInbox = () => call('DELETE', '/simulator/inbox');
