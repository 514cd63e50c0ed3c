import type { ErrorRequestHandler } from 'express';
import { isDatabaseUnavailable, isSerializationFailure, sqlStateOf } from '../database/failures.js';
import { AppError, UNREADABLE_BODY } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import type { LogFields } from '../observability/log-fields.js';
import { errorFields, type Logger } from '../observability/logger.js';
import { sendProblem } from './problem.js';
import { requestIdOf } from './request-context.js';

const DATABASE_RETRY_SECONDS = 5;

// What the body parser calls its refusals (its `type` field); everything else of its own is a bad request.
const BODY_ERRORS: Readonly<Record<string, ErrorCode>> = {
  'entity.too.large': 'payload_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
};

/** The one place that turns whatever was thrown into an answer. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const answer = toAppError(error);
    if (answer.status === 429) {
      logger.info('limit.hit', {
        errorCode: answer.code,
        limit: answer.extras.limit ?? answer.code,
      });
    }
    if (answer.status >= 500 && answer.code !== 'provider_outcome_unknown') {
      const requestId = requestIdOf(res);
      const cause = answer.cause ?? error;
      logger[answer.code === 'internal_error' ? 'error' : 'warn']('http.error', {
        requestId,
        errorCode: answer.code,
        ...(answer.code === 'internal_error' || answer.code === 'service_unavailable'
          ? failureFields(cause)
          : {}),
      });
    }
    if (res.headersSent) next(error);
    else sendProblem(res, answer);
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
    // An address that cannot be decoded is nothing in the body.
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
