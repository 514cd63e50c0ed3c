import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, exportJWK, type JWK } from 'jose';
import { splitPrivateKeys } from '../config/rules.js';
import type { Verification } from '../domain/verification.js';

export interface ProofOptions {
  /** PKCS #8 PEM of Ed25519 keys: the first signs, all are published. */
  privateKeys: string;
  issuer: string;
  audience: string;
  ttlSeconds: number;
}

export interface SignedProof {
  /** Compact JWT, `typ` `phone-proof+jwt`, signed with EdDSA (RFC 8037). */
  token: string;
  expiresAt: Date;
}

interface PublishedKey {
  privateKey: KeyObject;
  jwk: JWK & { kid: string };
}

/** Signs what was verified, for backends that trust a signature rather than a client's word. */
export class ProofService {
  private constructor(
    private readonly keys: readonly [PublishedKey, ...PublishedKey[]],
    private readonly options: ProofOptions,
  ) {}

  static async create(options: ProofOptions): Promise<ProofService> {
    const [first, ...rest] = await Promise.all(splitPrivateKeys(options.privateKeys).map(publish));
    if (!first) throw new Error('PROOF_PRIVATE_KEY holds no key');
    return new ProofService([first, ...rest], options);
  }

  /** The id of a proof (`jti`): 128 random bits, committed with the success before the proof is signed. */
  newProofId(): string {
    return randomBytes(16).toString('base64url');
  }

  async sign(verification: Verification, proofId: string, verifiedAt: Date): Promise<SignedProof> {
    const issuedAt = Math.floor(verifiedAt.getTime() / 1000);
    const expiresAt = issuedAt + this.options.ttlSeconds;
    const [{ privateKey, jwk }] = this.keys;
    const token = await new SignJWT({
      vid: verification.id,
      purpose: verification.purpose,
      amr: [verification.channel],
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'phone-proof+jwt', kid: jwk.kid })
      .setIssuer(this.options.issuer)
      .setAudience(this.options.audience)
      .setSubject(verification.phoneNumber)
      .setJti(proofId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /** The public keys as a JWK set (RFC 7517), without any private member. */
  jwks(): { keys: JWK[] } {
    return { keys: this.keys.map((key) => key.jwk) };
  }
}

async function publish(pem: string): Promise<PublishedKey> {
  const privateKey = createPrivateKey(pem);
  const jwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } };
}
