/**
 * Every error this service can answer: stable `code` → HTTP status and title.
 * The one list behind the error handler, the OpenAPI document and the README.
 */
export const ERROR_CATALOGUE = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_phone_number: { status: 400, title: 'The phone number is not valid' },
  code_invalid: { status: 401, title: 'The code is not valid' },
  callback_refused: { status: 401, title: 'This callback is not genuine' },
  credentials_invalid: { status: 401, title: 'The number or the password is not right' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  proof_invalid: { status: 401, title: 'The proof is not valid' },
  region_not_allowed: { status: 403, title: 'Numbers of this country are not served' },
  number_type_not_allowed: { status: 403, title: 'This type of number is not served' },
  number_blocked: { status: 403, title: 'This number is blocked' },
  fresh_login_required: { status: 403, title: 'This needs a login of a moment ago' },
  account_locked: { status: 403, title: 'This account takes no more codes' },
  verification_not_found: { status: 404, title: 'There is no such verification' },
  totp_not_found: { status: 404, title: 'No authenticator app is set up' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here' },
  already_verified: { status: 409, title: 'This verification has already succeeded' },
  idempotency_in_progress: {
    status: 409,
    title: 'A request with this Idempotency-Key is still running',
  },
  proof_spent: { status: 409, title: 'This proof has already been spent' },
  totp_active: { status: 409, title: 'An authenticator app is set up already' },
  code_expired: { status: 410, title: 'The code has expired' },
  verification_cancelled: { status: 410, title: 'This verification was cancelled' },
  verification_failed: { status: 410, title: 'This verification has failed' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body must be JSON in UTF-8' },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used with another request',
  },
  cooldown: { status: 429, title: 'A code was sent to this number a moment ago' },
  rate_limited: { status: 429, title: 'Too many requests' },
  attempts_exhausted: { status: 429, title: 'No attempts are left for this verification' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  provider_rejected: { status: 502, title: 'The message could not be handed over' },
  provider_unavailable: { status: 503, title: 'Messages cannot be sent right now' },
  service_unavailable: { status: 503, title: 'The service is not available right now' },
  provider_outcome_unknown: { status: 504, title: 'It is not known whether the message was sent' },
} as const;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
