/**
 * Every error this service can answer: stable `code` → HTTP status, title, and what to do, unless there is more to say
 * in the case at hand.
 * The one list behind the error handler, the OpenAPI document and the README.
 */
export const ERROR_CATALOGUE = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    detail: 'Each of the errors listed, if any, points to its place in the body.',
  },
  invalid_phone_number: {
    status: 400,
    title: 'The phone number is not valid',
    detail: 'Give it in E.164 form, or as a national number together with its country.',
  },
  code_invalid: {
    status: 401,
    title: 'The code is not valid',
    detail: 'Check the code and try again, or ask for a new one.',
  },
  callback_refused: {
    status: 401,
    title: 'This callback is not genuine',
    detail: 'Only the provider itself can call this.',
  },
  credentials_invalid: {
    status: 401,
    title: 'The number or the password is not right',
    detail: 'Check both, or set a new password with a proof of the number.',
  },
  token_invalid: {
    status: 401,
    title: 'The token is not valid',
    detail:
      'It was not issued here, is not whole, its time is over, or what it opened has ended: log in again.',
  },
  proof_invalid: {
    status: 401,
    title: 'The proof is not valid',
    detail: 'It was not issued here, is not whole, or its time is over.',
  },
  region_not_allowed: {
    status: 403,
    title: 'Numbers of this country are not served',
    detail: 'This service sends nothing to that country.',
  },
  number_type_not_allowed: {
    status: 403,
    title: 'This type of number is not served',
    detail: 'Give a number that can receive messages on this channel.',
  },
  number_blocked: {
    status: 403,
    title: 'This number is blocked',
    detail: 'Waiting does not change that: ask the operator of this service.',
  },
  fresh_login_required: {
    status: 403,
    title: 'This needs a login of a moment ago',
    detail: 'Log in again, then ask again.',
  },
  account_locked: {
    status: 403,
    title: 'This account takes no more codes',
    detail: 'Waiting does not change that: ask the operator of this service.',
  },
  verification_not_found: {
    status: 404,
    title: 'There is no such verification',
    detail: 'Its id is not right, or its time is long over.',
  },
  totp_not_found: {
    status: 404,
    title: 'No authenticator app is set up',
    detail: 'Set one up first.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this address',
    detail: 'Check the path.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This method is not allowed here',
    detail: 'The Allow header lists the methods of this address.',
  },
  already_verified: {
    status: 409,
    title: 'This verification has already succeeded',
    detail: 'For another proof, ask for a new code.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'A request with this Idempotency-Key is still running',
    detail: 'Ask again with the same key in a moment.',
  },
  proof_spent: {
    status: 409,
    title: 'This proof has already been spent',
    detail: 'Each proof can be spent once.',
  },
  totp_active: {
    status: 409,
    title: 'An authenticator app is set up already',
    detail: 'Remove that one first.',
  },
  code_expired: {
    status: 410,
    title: 'The code has expired',
    detail: 'Ask for a new code.',
  },
  verification_cancelled: {
    status: 410,
    title: 'This verification was cancelled',
    detail: 'Ask for a new code.',
  },
  verification_failed: {
    status: 410,
    title: 'This verification has failed',
    detail: 'Ask for a new code.',
  },
  payload_too_large: {
    status: 413,
    title: 'The request body is too large',
    detail: 'Nothing that belongs here is that long.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The request body must be JSON in UTF-8',
    detail: 'Send JSON in UTF-8 as application/json, with no other encoding.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used with another request',
    detail: 'Take a new key for another request.',
  },
  cooldown: {
    status: 429,
    title: 'A code was sent to this number a moment ago',
    detail: 'Try again once retryAfter seconds have passed.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Try again once retryAfter seconds have passed.',
  },
  attempts_exhausted: {
    status: 429,
    title: 'No attempts are left for this verification',
    detail: 'Ask for a new code once retryAfter seconds have passed.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side',
    detail: 'It is in our log under the requestId.',
  },
  provider_rejected: {
    status: 502,
    title: 'The message could not be handed over',
    detail: 'Nobody took the message; trying again soon is of no use.',
  },
  provider_unavailable: {
    status: 503,
    title: 'Messages cannot be sent right now',
    detail: 'Try again once retryAfter seconds have passed.',
  },
  service_unavailable: {
    status: 503,
    title: 'The service is not available right now',
    detail: 'Try again once retryAfter seconds have passed.',
  },
  provider_outcome_unknown: {
    status: 504,
    title: 'It is not known what the provider did',
    detail: 'The provider did not answer in time.',
  },
} as const;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
