import type { Response } from 'express';
import type { AppError } from '../errors/app-error.js';
import { tellLimit } from './rate-limit-fields.js';
import { requestIdOf } from './request-context.js';

/** Answers an error as RFC 9457 problem details, with the headers that belong to it. */
export function sendProblem(res: Response, error: AppError): void {
  const { retryAfter } = error.extras;
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
  if (error.allow) res.set('Allow', error.allow.join(', '));
  if (error.limitState) {
    const seconds = retryAfter ?? error.limitState.windowSeconds;
    tellLimit(res, error.limitState, { remaining: 0, seconds });
  }
  res
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, requestIdOf(res))));
}

/** The members of RFC 9457, our stable `code`, the request's id and the typed extras. */
export function problemOf(error: AppError, requestId: string): object {
  return {
    type: `urn:proofline:problem:${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.detail,
    instance: `urn:proofline:request:${requestId}`,
    code: error.code,
    requestId,
    ...error.extras,
  };
}
