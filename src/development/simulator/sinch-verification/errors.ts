import { randomUUID } from 'node:crypto';
import type { SimulatedResponse } from '../respond.js';

/** Error codes of the Sinch Verification API; the first three digits are the HTTP status. */
export const SINCH_ERRORS = {
  40001: 'Parameter is invalid.',
  40002: 'Parameter is missing.',
  40003: 'Invalid identity or code.',
  40004: 'Invalid authorization key',
  40005: 'Phone number missing leading plus sign',
  40100: 'Invalid authorization header',
  40101: 'X-Timestamp required',
  40102: 'Invalid signature',
  40103: 'Already authorized',
  40104: 'Authorization required',
  40105: 'Request timestamp has expired',
  40106: 'User barred',
  40107: 'Invalid authorization',
  40108: 'Invalid credentials',
  40200: 'Not enough credit',
  40300: 'Identity is blacklisted.',
  40301: 'Invalid authorization scheme',
  40302: 'Insufficient privileges',
  40303: 'Callback URL must be set when using public authorization method.',
  40400: 'Requested resource was not found.',
  40900: 'Reference already defined',
  42200: 'Application name has not been configured',
  42201: 'No route to destination.',
  42202: 'Invalid callback response',
  42900: 'Request capacity exceeded',
  42901: 'Cannot initiate verification to the same number too quickly',
  50000: 'Internal server error.',
  50100: 'Method not implemented',
  50101: 'Status not implemented',
  50300: 'Service is temporarily unavailable, please try again later.',
  50301: 'Configuration error, please contact support.',
} as const;
export type SinchErrorCode = keyof typeof SINCH_ERRORS;

/** Makes the operation respond with a documented error. */
export class SinchApiError extends Error {
  constructor(
    readonly errorCode: SinchErrorCode,
    message: string = SINCH_ERRORS[errorCode],
  ) {
    super(message);
  }
}

/** The response for an error code. `reference` is a support id, not the client's reference. */
export function sinchErrorResponse(errorCode: number, message?: string): SimulatedResponse {
  const known: Record<number, string> = SINCH_ERRORS;
  return {
    status: Math.floor(errorCode / 100),
    body: {
      errorCode,
      message: message ?? known[errorCode] ?? 'Simulated error.',
      reference: randomUUID(),
    },
  };
}
