import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';

export interface VerifyProofOptions {
  /** Address of the service, which publishes the keys. */
  baseUrl: string;
  /** What the proof must be for. */
  purpose: string;
  /** The audience of your application: its setting `audience`, or its id. */
  audience: string;
  /** Id of your application. With it, a proof of any other application is invalid, whatever its audience. */
  application?: string;
  /** `PROOF_ISSUER` of the service. Default `proofline`. */
  issuer?: string;
}

/** What a proof says. */
export interface ProofClaims {
  iss: string;
  aud: string;
  /** The number that was proved, in E.164 form. */
  sub: string;
  /** Id of the verification. */
  vid: string;
  purpose: string;
  /** The channel that carried the code. */
  amr: string[];
  /** Id of the application. */
  azp?: string;
  /** The payment that the person confirmed, with purpose `transaction`. */
  binding?: { amount: string; currency: string; payee: string };
  /** Id of this one proof. */
  jti: string;
  /** Seconds since 1970. */
  iat: number;
  /** Seconds since 1970. */
  exp: number;
}

/**
 * - `proof_invalid`: the proof is wrong, expired or for something else; the person verifies again
 * - `keys_unavailable`: the keys could not be fetched, which says nothing about the proof
 */
export class ProofError extends Error {
  override readonly name = 'ProofError';

  constructor(
    readonly code: 'proof_invalid' | 'keys_unavailable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** jose caches the keys of an address and fetches them again for an unknown key id. */
const keysOf = new Map<string, JWTVerifyGetKey>();

function keysAt(baseUrl: string): JWTVerifyGetKey {
  const url = `${baseUrl.replace(/\/+$/, '')}/.well-known/jwks.json`;
  const keys = keysOf.get(url) ?? createRemoteJWKSet(new URL(url));
  keysOf.set(url, keys);
  return keys;
}

/**
 * Checks a proof offline: signature, issuer, audience, life, application and purpose. The keys are fetched once.
 * @throws ProofError
 */
export async function verifyProof(
  token: string,
  options: VerifyProofOptions,
): Promise<ProofClaims> {
  const { baseUrl, purpose, audience, application, issuer = 'proofline' } = options;
  // jose does not check what is missing.
  const isOfOne = 'application' in options;
  const given = { audience, issuer, purpose, ...(isOfOne && { application }) };
  for (const [name, value] of Object.entries(given))
    if (!value) throw new TypeError(`Proofline: verifyProof needs the ${name}`);
  const claims = await checked(token, keysAt(baseUrl), { audience, issuer });
  if (isOfOne && claims.azp !== application)
    throw new ProofError('proof_invalid', 'The application is another');
  if (claims.purpose !== purpose) throw new ProofError('proof_invalid', 'The purpose is another');
  return claims;
}

async function checked(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { audience: string; issuer: string },
): Promise<ProofClaims> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      typ: 'phone-proof+jwt',
      algorithms: ['EdDSA'],
      requiredClaims: ['sub', 'vid', 'purpose', 'jti', 'iat', 'exp'],
    });
    return payload as unknown as ProofClaims;
  } catch (cause) {
    if (isAboutProof(cause))
      throw new ProofError('proof_invalid', 'The proof is invalid', { cause });
    throw new ProofError('keys_unavailable', 'The keys could not be fetched', { cause });
  }
}

const isAboutProof = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  (error instanceof errors.JOSEError && /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT)_/.test(error.code));
