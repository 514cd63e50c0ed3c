import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import {
  SignJWT,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  jwtVerify,
  type JWK,
  type JWTPayload,
} from 'jose';
import { z } from 'zod';
import { splitPrivateKeys } from '../config/rules.js';
import type { Statements } from '../database/statements.js';
import type { Verification } from '../domain/verification.js';

export interface ProofOptions {
  /** PKCS #8 PEM of Ed25519 keys: the first signs, all are published and accepted. */
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

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  vid: z.string(),
  purpose: z.string(),
  amr: z.array(z.string()),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
});
/** The claims of a proof; `sub` is the number in E.164, `vid` the verification, `amr` the channel. */
export type ProofClaims = z.infer<typeof claimsSchema>;

interface PublishedKey {
  privateKey: KeyObject;
  jwk: JWK & { kid: string };
}

const TYPE = 'phone-proof+jwt';

// The clock that made `exp` judges it: $1 jti, $2 exp.
const SPEND = `
WITH spending AS (
  INSERT INTO spent_proofs (proof_id, expires_at)
  SELECT $1, to_timestamp($2::bigint) WHERE to_timestamp($2::bigint) > now()
  ON CONFLICT (proof_id) DO NOTHING RETURNING proof_id
)
SELECT to_timestamp($2::bigint) <= now() AS late, EXISTS (SELECT FROM spending) AS first`;
const IS_GOOD = `
SELECT to_timestamp($2::bigint) > now() AND NOT EXISTS (SELECT FROM spent_proofs WHERE proof_id = $1) AS good`;
// Any moment before every proof: jose is to leave the time to the database.
const NO_TIME = new Date(0);

/** Signs what was verified, and knows its own signatures again. Owns `spent_proofs`. */
export class ProofService {
  private readonly publicKeys: ReturnType<typeof createLocalJWKSet>;

  private constructor(
    private readonly keys: readonly [PublishedKey, ...PublishedKey[]],
    private readonly options: ProofOptions,
    private readonly statements: Statements,
  ) {
    this.publicKeys = createLocalJWKSet(this.jwks());
  }

  static async create(options: ProofOptions, statements: Statements): Promise<ProofService> {
    const [first, ...rest] = await Promise.all(splitPrivateKeys(options.privateKeys).map(publish));
    if (!first) throw new Error('PROOF_PRIVATE_KEY holds no key');
    return new ProofService([first, ...rest], options, statements);
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
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: jwk.kid })
      .setIssuer(this.options.issuer)
      .setAudience(this.options.audience)
      .setSubject(verification.phoneNumber)
      .setJti(proofId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /** The claims of a proof of ours that is still good and not spent; undefined for anything else. */
  async introspect(token: string): Promise<ProofClaims | undefined> {
    const claims = await this.read(token);
    if (!claims) return undefined;
    const bind = [claims.jti, claims.exp];
    const row = await this.statements.first<{ good: boolean }>(IS_GOOD, bind);
    return row?.good === true ? claims : undefined;
  }

  /** Spends a proof: of any number of calls one gets the claims, the others `spent`. */
  async spend(token: string): Promise<ProofClaims | 'spent' | 'invalid'> {
    const claims = await this.read(token);
    if (!claims) return 'invalid';
    const bind = [claims.jti, claims.exp];
    const row = await this.statements.first<{ late: boolean; first: boolean }>(SPEND, bind);
    if (!row || row.late) return 'invalid';
    return row.first ? claims : 'spent';
  }

  /** The public keys as a JWK set (RFC 7517), without any private member. */
  jwks(): { keys: JWK[] } {
    return { keys: this.keys.map((key) => key.jwk) };
  }

  private async read(token: string): Promise<ProofClaims | undefined> {
    const payload = await this.verifySignature(token);
    const claims = claimsSchema.safeParse(payload);
    return claims.success ? claims.data : undefined;
  }

  /** RFC 8725: algorithm, issuer, audience and type are ours to say, never the token's. */
  private async verifySignature(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.publicKeys, {
        algorithms: ['EdDSA'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        typ: TYPE,
        currentDate: NO_TIME,
        requiredClaims: ['sub', 'jti', 'iat', 'exp', 'vid', 'purpose'],
      });
      return payload;
    } catch {
      return undefined;
    }
  }
}

async function publish(pem: string): Promise<PublishedKey> {
  const privateKey = createPrivateKey(pem);
  const jwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } };
}
