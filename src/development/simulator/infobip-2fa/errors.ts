import type { SimulatedResponse } from '../respond.js';

/**
 * Errors of the Infobip 2FA API. The numbers are the simulator's own (HTTP status and two digits),
 * so that a fault can name one. Infobip documents two texts each for 400, 401, 403 and 404.
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

export type ValidationErrors = Record<string, string[]>;

/** Infobip's newer products use the `platform` shape. */
export type ErrorShape = 'requestError' | 'platform';

/** Makes the operation respond with a documented error. */
export class InfobipApiError extends Error {
  constructor(
    readonly errorCode: InfobipErrorCode,
    readonly validationErrors?: ValidationErrors,
    readonly headers: Record<string, string> = {},
  ) {
    super(INFOBIP_ERRORS[errorCode][1]);
  }
}

/** The response for an error number; an unknown number still sets the status. */
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
