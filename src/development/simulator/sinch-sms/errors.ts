import type { SimulatedResponse } from '../respond.js';

/**
 * Errors of the Sinch SMS API by code. The numbers are the simulator's own (HTTP status and two
 * digits), so that a fault can name one.
 */
export const SMS_ERRORS = {
  syntax_invalid_json: [40000, 'The request body is not valid JSON.'],
  syntax_invalid_parameter_format: [40001, 'The format of a parameter is invalid.'],
  syntax_constraint_violation: [40002, 'The request violates a constraint.'],
  unknown_group: [40300, 'A group ID is not known.'],
  unknown_campaign: [40301, 'The campaign is not known.'],
  missing_callback_url: [40302, 'A delivery report was asked for, but there is no callback URL.'],
  illegal_number_type: [40303, 'The type of the originating number is not allowed.'],
  blocked_account: [40304, 'The account is blocked.'],
} as const satisfies Record<string, readonly [errorCode: number, text: string]>;
export type SmsErrorCode = keyof typeof SMS_ERRORS;

/** Makes the operation respond with a documented error. */
export class SmsApiError extends Error {
  constructor(
    readonly code: SmsErrorCode,
    text: string = SMS_ERRORS[code][1],
  ) {
    super(text);
  }
}

/** Makes the operation respond with a status and no body, where Sinch documents none. */
export class SmsStatusError extends Error {
  constructor(
    readonly status: number,
    readonly headers: Record<string, string> = {},
  ) {
    super(String(status));
  }
}

/** The response for an error number; an unknown number sets only the status. */
export function smsErrorResponse(errorCode: number): SimulatedResponse {
  const status = Math.floor(errorCode / 100);
  const known = Object.entries(SMS_ERRORS).find(([, [number]]) => number === errorCode);
  if (!known) return { status };
  const [code, [, text]] = known;
  return { status, body: { code, text } };
}

/** The response for a thrown error; rethrows unexpected errors. */
export function responseOf(error: unknown): SimulatedResponse {
  if (error instanceof SmsStatusError) return { status: error.status, headers: error.headers };
  if (!(error instanceof SmsApiError)) throw error;
  const { code, message: text } = error;
  return { status: Math.floor(SMS_ERRORS[code][0] / 100), body: { code, text } };
}
