/** Errors of jose that judge the token. The others, such as failed fetches of the keys, do not. */
const TOKEN_FAULTS: ReadonlySet<unknown> = new Set([
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWS_INVALID',
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWT_CLAIM_VALIDATION_FAILED',
  'ERR_JWT_EXPIRED',
  'ERR_JWT_INVALID',
]);

export const isTokenFault = (error: unknown): boolean =>
  TOKEN_FAULTS.has((error as { code?: unknown } | null)?.code);
