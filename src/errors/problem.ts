import type { AppError } from './app-error.js';

/** The members of a problem response: RFC 9457, `code`, `requestId` and the extras. */
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
