import type { SimulatedResponse } from '../respond.js';

/**
 * Errors of the Infobip 2FA API. Infobip has no numbers for them: these are the HTTP status and two digits, so that the
 * knobs can name one. 400, 401, 403 and 404 appear in two wordings.
 */
export const INFOBIP_ERRORS = {
  40000: ['BAD_REQUEST', 'Bad request'],
  40001: ['INVALID_ARGUMENT', 'Invalid argument'],
  40100: ['UNAUTHORIZED', 'Invalid login details'],
  40101: ['UNAUTHORIZED', 'Unauthorized'],
  40300: ['FORBIDDEN', 'Forbidden'],
  40301: ['UNAUTHORIZED', 'Unauthorized access'],
  40400: ['NOT_FOUND', 'Requested resource not found'],
  40401: ['NOT_FOUND', 'Not found'],
  42900: ['TOO_MANY_REQUESTS', 'Too many requests'],
  50000: ['GENERAL_ERROR', 'Something went wrong. Please contact support.'],
  50300: ['0', 'Service unavailable'],
} as const satisfies Record<number, readonly [messageId: string, text: string]>;
export type InfobipErrorCode = keyof typeof INFOBIP_ERRORS;

/** What is wrong with each member of a request. */
export type ValidationErrors = Record<string, string[]>;

/** `requestError`, or the form that newer products of the platform have. */
export type ErrorShape = 'requestError' | 'platform';

/** Thrown by an operation to answer with a documented error. */
export class InfobipApiError extends Error {
  constructor(
    readonly errorCode: InfobipErrorCode,
    readonly validationErrors?: ValidationErrors,
    readonly headers: Record<string, string> = {},
  ) {
    super(INFOBIP_ERRORS[errorCode][1]);
  }
}

/** The answer for one of the error numbers; an unknown one keeps its status. */
export function infobipErrorResponse(
  errorCode: number,
  shape: ErrorShape = 'requestError',
  validationErrors?: ValidationErrors,
): SimulatedResponse {
  const known: Record<number, readonly [string, string]> = INFOBIP_ERRORS;
  const [messageId, text] = known[errorCode] ?? ['GENERAL_ERROR', 'Simulated error.'];
  const status = Math.floor(errorCode / 100);
  const body =
    shape === 'platform'
      ? platformError(status, text, validationErrors)
      : { requestError: { serviceException: { messageId, text, validationErrors } } };
  return { status, body };
}

function platformError(status: number, description: string, errors: ValidationErrors = {}) {
  const violations = Object.entries(errors).flatMap(([property, texts]) =>
    texts.map((violation) => ({ property, violation })),
  );
  const action = 'Check the syntax, violations and adjust the request.';
  return { errorCode: `E${status}`, description, action, violations, resources: [] };
}
