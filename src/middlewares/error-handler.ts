import type { ErrorRequestHandler } from 'express';
import { isDatabaseUnavailable, isSerializationFailure, sqlStateOf } from '../database/failures.js';
import { AppError, UNREADABLE_BODY } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import type { LogFields } from '../observability/log-fields.js';
import { errorFields, type Logger } from '../observability/logger.js';
import { sendProblem } from './problem.js';
import { requestIdOf } from './request-context.js';

const DATABASE_RETRY_SECONDS = 5;

// By the `type` of a body-parser error; any other is `invalid_request`.
const BODY_ERRORS: Readonly<Record<string, ErrorCode>> = {
  'entity.too.large': 'payload_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
};

/** Turns every error into a problem response, and logs limits and server errors. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const problem = toAppError(error);
    if (problem.status === 429) {
      logger.info('limit.hit', {
        errorCode: problem.code,
        limit: problem.extras.limit ?? problem.code,
      });
    }
    if (problem.status >= 500 && problem.code !== 'provider_outcome_unknown') {
      const requestId = requestIdOf(res);
      const cause = problem.cause ?? error;
      logger[problem.code === 'internal_error' ? 'error' : 'warn']('http.error', {
        requestId,
        errorCode: problem.code,
        ...(problem.code === 'internal_error' || problem.code === 'service_unavailable'
          ? failureFields(cause)
          : {}),
      });
    }
    if (res.headersSent) next(error);
    else sendProblem(res, problem);
  };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseUnavailable(error) || isSerializationFailure(error)) {
    const extras = { retryAfter: DATABASE_RETRY_SECONDS };
    return new AppError('service_unavailable', { extras, cause: error });
  }
  const status = property(error, 'status');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const code = BODY_ERRORS[String(property(error, 'type'))] ?? 'invalid_request';
    // A URIError concerns the path, not the body.
    const isBody = code === 'invalid_request' && !(error instanceof URIError);
    return new AppError(code, {
      cause: error,
      ...(isBody && { extras: { errors: [UNREADABLE_BODY] } }),
    });
  }
  return new AppError('internal_error', { cause: error });
}

function failureFields(cause: unknown): LogFields {
  const sqlState = sqlStateOf(cause);
  return { ...errorFields(cause), ...(sqlState !== undefined && { sqlState }) };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
