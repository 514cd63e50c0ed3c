import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { Statements } from '../../database/statements.js';
import type { Binding, VerificationFacts } from '../../domain/verification.js';
import { SigningKeys } from './signing-keys.js';

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
  binding: z.object({ amount: z.string(), currency: z.string(), payee: z.string() }).optional(),
  binding_hash: z.string().optional(),
});
/**
 * The claims of a proof; `sub` is the number in E.164, `vid` the verification, `amr` the channel, `binding` the payment that
 * was confirmed, if it was one.
 */
export type ProofClaims = z.infer<typeof claimsSchema>;

const TYPE = 'phone-proof+jwt';

// The clock that made `exp` judges it: $1 jti, $2 exp.
const SPEND = `
WITH spending AS (
  INSERT INTO spent_proofs (proof_id, expires_at)
  SELECT $1, to_timestamp($2::bigint) WHERE to_timestamp($2::bigint) > now()
  ON CONFLICT (proof_id) DO NOTHING RETURNING proof_id
)
SELECT to_timestamp($2::bigint) <= now() AS late, EXISTS (SELECT FROM spending) AS first`;
const READ = `
SELECT to_timestamp($2::bigint) <= now() AS late, EXISTS (SELECT FROM spent_proofs WHERE proof_id = $1) AS spent`;

/** Signs what was verified, and knows its own signatures again. Owns `spent_proofs`. */
export class ProofService {
  private constructor(
    private readonly keys: SigningKeys,
    private readonly options: ProofOptions,
    private readonly statements: Statements,
  ) {}

  static async create(options: ProofOptions, statements: Statements): Promise<ProofService> {
    return new ProofService(await SigningKeys.create(options), options, statements);
  }

  sign(verification: VerificationFacts, proofId: string, verifiedAt: Date): SignedProof {
    const issuedAt = Math.floor(verifiedAt.getTime() / 1000);
    const expiresAt = issuedAt + this.options.ttlSeconds;
    const token = this.keys.sign(TYPE, {
      vid: verification.id,
      purpose: verification.purpose,
      amr: [verification.channel],
      ...(verification.binding && bindingClaims(verification.binding)),
      sub: verification.phoneNumber,
      jti: proofId,
      iat: issuedAt,
      exp: expiresAt,
    });
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /** The claims of a proof of ours that is still good and not spent; undefined for anything else. */
  async introspect(token: string): Promise<ProofClaims | undefined> {
    const claims = await this.verify(token);
    return typeof claims === 'string' ? undefined : claims;
  }

  /** Spends a proof: of any number of calls one gets the claims, the others `spent`. */
  async spend(token: string): Promise<ProofClaims | 'spent' | 'invalid'> {
    const claims = await this.claimsOf(token);
    if (!claims) return 'invalid';
    const bind = [claims.jti, claims.exp];
    const row = await this.statements.first<{ late: boolean; first: boolean }>(SPEND, bind);
    if (!row || row.late) return 'invalid';
    return row.first ? claims : 'spent';
  }

  /** The public keys as a JWK set (RFC 7517), without any private member. */
  jwks(): { keys: JWK[] } {
    return this.keys.jwks();
  }

  /** What {@link spend} would answer now. */
  async verify(token: string): Promise<ProofClaims | 'spent' | 'invalid'> {
    const claims = await this.claimsOf(token);
    if (!claims) return 'invalid';
    const bind = [claims.jti, claims.exp];
    const row = await this.statements.first<{ late: boolean; spent: boolean }>(READ, bind);
    if (!row || row.late) return 'invalid';
    return row.spent ? 'spent' : claims;
  }

  private async claimsOf(token: string): Promise<ProofClaims | undefined> {
    const required = ['sub', 'jti', 'iat', 'exp', 'vid', 'purpose'];
    const claims = claimsSchema.safeParse(await this.keys.verify(token, TYPE, required));
    return claims.success ? claims.data : undefined;
  }
}

/** The payment, and its hash for whoever compares it with one that is kept elsewhere. */
function bindingClaims(binding: Binding): { binding: Binding; binding_hash: string } {
  const { amount, currency, payee } = binding;
  const text = JSON.stringify([amount, currency, payee]);
  const hash = createHash('sha256').update(text).digest('base64url');
  return { binding: { amount, currency, payee }, binding_hash: hash };
}
