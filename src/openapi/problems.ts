import { AppError, type ErrorExtras } from '../errors/app-error.js';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.js';
import { problemOf } from '../errors/problem.js';
import type { Route } from '../routes/route.js';

type Json = Record<string, unknown>;

// The HTTP server refuses malformed requests on every path.
const COMMON_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'internal_error',
  'service_unavailable',
];
const BODY_ERRORS: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type'];
const IDEMPOTENCY_ERRORS: readonly ErrorCode[] = [
  'idempotency_in_progress',
  'idempotency_key_reused',
];

const WITH_RETRY_AFTER: ReadonlySet<number> = new Set([429, 503]);

const REQUEST_ID = '9eb48cba-def6-4c26-b555-cdf6b3534d44';

const KEY_ERRORS: readonly ErrorCode[] = ['key_invalid', 'not_permitted', 'origin_not_allowed'];

/** Members of the examples in addition to those that every problem has. */
const EXTRAS: Partial<Record<ErrorCode, ErrorExtras>> = {
  invalid_request: { errors: [{ pointer: '/phoneNumber', message: 'is required' }] },
  code_invalid: { attemptsRemaining: 4 },
  not_permitted: { right: 'transaction' },
};

/** Every error that an operation can answer. */
export function errorsOf(route: Route): ErrorCode[] {
  const codes = new Set([
    ...COMMON_ERRORS,
    ...(route.callers === 'anyone' ? [] : KEY_ERRORS),
    ...(route.body ? BODY_ERRORS : []),
    ...(route.idempotent ? IDEMPOTENCY_ERRORS : []),
    ...route.errors,
  ]);
  return [...codes];
}

/** One response per status, with an example per code. */
export function problemResponses(codes: readonly ErrorCode[]): Record<number, Json> {
  const responses: Record<number, Json> = {};
  for (const status of new Set(codes.map(statusOf))) {
    const group = codes.filter((code) => statusOf(code) === status);
    responses[status] = {
      description: group.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}.`).join(' '),
      ...(WITH_RETRY_AFTER.has(status) && {
        headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
      }),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(
            group.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
          ),
        },
      },
    };
  }
  return responses;
}

/** The examples that the responses refer to. */
export function problemExamples(codes: readonly ErrorCode[]): Json {
  const examples = [...new Set(codes)].map((code): [string, Json] => {
    const retry = WITH_RETRY_AFTER.has(statusOf(code)) ? { retryAfter: 24 } : {};
    const error = new AppError(code, { extras: { ...retry, ...EXTRAS[code] } });
    return [code, { summary: error.title, value: problemOf(error, REQUEST_ID) }];
  });
  return Object.fromEntries(examples);
}

function statusOf(code: ErrorCode): number {
  return ERROR_CATALOGUE[code].status;
}
