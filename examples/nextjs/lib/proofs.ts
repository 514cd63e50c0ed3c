import 'server-only';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { logFailure } from './log';
import { ServiceProblem } from './service';
import { settings } from './settings';
import { isTokenFault } from './token-fault';

const keys = createRemoteJWKSet(new URL(`${settings.serviceUrl}/.well-known/jwks.json`));

export type ProofPurpose = 'register' | 'password-reset' | 'transaction';

export interface Binding {
  amount: string;
  currency: string;
  payee: string;
}

/**
 * Verifies a proof: signature, expiry and purpose. For a one-time action, spend it as well.
 * @throws ServiceProblem proof_invalid, unreachable
 */
export async function readProof(proof: string, purpose: ProofPurpose) {
  const payload = await verified(proof, 'phone-proof+jwt', 'proof_invalid');
  const { sub, exp } = payload;
  if (payload['purpose'] !== purpose || !sub || !exp) throw new ServiceProblem('proof_invalid');
  return {
    phoneNumber: sub,
    expiresAt: exp * 1000,
    binding: payload['binding'] as Binding | undefined,
  };
}

/** Verifies an access token. Its `typ` differs from a proof's, so neither passes for the other. */
export async function readAccessToken(token: string): Promise<{ accountId: string }> {
  const { sub } = await verified(token, 'account-access+jwt', 'token_invalid');
  if (!sub) throw new ServiceProblem('token_invalid');
  return { accountId: sub };
}

async function verified(token: string, typ: string, fault: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      typ,
      issuer: settings.issuer,
      audience: settings.audience,
      algorithms: ['EdDSA'],
    });
    return payload;
  } catch (error) {
    if (isTokenFault(error)) throw new ServiceProblem(fault);
    logFailure('The keys of the service cannot be fetched', error);
    throw new ServiceProblem('unreachable');
  }
}
