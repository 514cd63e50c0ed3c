/** Every error of the API: stable `code` → HTTP status, title, and the default detail. */
export const ERROR_CATALOGUE = {
  invalid_request: {
    status: 400,
    title: 'The request is invalid',
    detail: 'See `errors` for the fields that are invalid.',
  },
  invalid_phone_number: {
    status: 400,
    title: 'The phone number is invalid',
    detail: 'Use E.164 format, or a national number together with its country.',
  },
  code_invalid: {
    status: 401,
    title: 'The code is invalid',
    detail: 'Check the code and try again, or request a new one.',
  },
  callback_refused: {
    status: 401,
    title: 'The callback is not authentic',
    detail: 'Only the provider can call this endpoint.',
  },
  credentials_invalid: {
    status: 401,
    title: 'Wrong phone number or password',
    detail: 'Check both, or reset the password with a proof of the phone number.',
  },
  token_invalid: {
    status: 401,
    title: 'The token is invalid',
    detail: 'The token is malformed, expired or revoked, or was issued elsewhere. Log in again.',
  },
  key_invalid: {
    status: 401,
    title: 'The key is invalid',
    detail:
      'Send a key that is in force as `Authorization: Bearer pl_…`. `proofline keys create` creates one.',
  },
  proof_invalid: {
    status: 401,
    title: 'The proof is invalid',
    detail: 'The proof is malformed or expired, or was issued elsewhere.',
  },
  not_permitted: {
    status: 403,
    title: 'The key does not permit this',
    detail: 'See `right` for the right that the caller lacks.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'The origin is not allowed',
    detail:
      'A publishable key works only in browsers, from the `origins` of its application. A backend uses a secret key.',
  },
  region_not_allowed: {
    status: 403,
    title: 'The country is not supported',
    detail: 'This service does not send messages to that country.',
  },
  number_type_not_allowed: {
    status: 403,
    title: 'The phone number type is not supported',
    detail: 'Use a phone number that can receive messages on this channel.',
  },
  number_blocked: {
    status: 403,
    title: 'The phone number is blocked',
    detail: 'Retrying does not help. Contact the operator of this service.',
  },
  fresh_login_required: {
    status: 403,
    title: 'Recent login required',
    detail: 'Log in again, then repeat the request.',
  },
  account_locked: {
    status: 403,
    title: 'The account is locked',
    detail: 'Retrying does not help. Contact the operator of this service.',
  },
  verification_not_found: {
    status: 404,
    title: 'Verification not found',
    detail: 'The id is wrong, or the verification has been deleted.',
  },
  application_not_found: {
    status: 404,
    title: 'Application not found',
    detail: 'Check its id or name: `GET /applications` lists all.',
  },
  key_not_found: {
    status: 404,
    title: 'Key not found',
    detail: 'Check the id of the key.',
  },
  webhook_not_found: {
    status: 404,
    title: 'Webhook not found',
    detail: 'The id is wrong, or the endpoint has been deleted.',
  },
  user_not_found: {
    status: 404,
    title: 'User not found',
    detail: 'The phone number has not been verified, or its data has been erased.',
  },
  rule_not_found: {
    status: 404,
    title: 'Rule not found',
    detail: 'The pattern is on neither list.',
  },
  totp_not_found: {
    status: 404,
    title: 'No authenticator app is set up',
    detail: 'Set up an authenticator app first.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    detail: 'Check the path.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'The Allow header lists the supported methods.',
  },
  already_verified: {
    status: 409,
    title: 'The verification has already succeeded',
    detail: 'Request a new code to get another proof.',
  },
  application_exists: {
    status: 409,
    title: 'An application has this name or audience already',
    detail: 'Change that one, or use another name and audience.',
  },
  webhook_limit: {
    status: 409,
    title: 'The application has too many webhooks',
    detail: 'Delete an endpoint first. Each application has at most 16.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'A request with this Idempotency-Key is in progress',
    detail: 'Retry with the same key in a moment.',
  },
  proof_spent: {
    status: 409,
    title: 'The proof has already been spent',
    detail: 'Each proof can be spent once.',
  },
  totp_active: {
    status: 409,
    title: 'An authenticator app is already set up',
    detail: 'Remove it first.',
  },
  code_expired: {
    status: 410,
    title: 'The code has expired',
    detail: 'Request a new code.',
  },
  verification_cancelled: {
    status: 410,
    title: 'The verification was cancelled',
    detail: 'Request a new code.',
  },
  verification_failed: {
    status: 410,
    title: 'The verification has failed',
    detail: 'Request a new code.',
  },
  payload_too_large: {
    status: 413,
    title: 'The request body is too large',
    detail: 'Send a smaller body.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send UTF-8 JSON as application/json, without any other encoding.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for a different request',
    detail: 'Use a new key for each request.',
  },
  cooldown: {
    status: 429,
    title: 'A code was sent to this phone number recently',
    detail: 'Retry after `retryAfter` seconds.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Retry after `retryAfter` seconds.',
  },
  attempts_exhausted: {
    status: 429,
    title: 'No attempts left',
    detail: 'Request a new code after `retryAfter` seconds.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'The error has been logged under this requestId.',
  },
  provider_rejected: {
    status: 502,
    title: 'The provider rejected the message',
    detail: 'Do not retry immediately.',
  },
  provider_unavailable: {
    status: 503,
    title: 'The provider is unavailable',
    detail: 'Retry after `retryAfter` seconds.',
  },
  service_unavailable: {
    status: 503,
    title: 'The service is unavailable',
    detail: 'Retry after `retryAfter` seconds.',
  },
  provider_outcome_unknown: {
    status: 504,
    title: 'The outcome at the provider is unknown',
    detail: 'The provider did not respond in time.',
  },
} as const;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
