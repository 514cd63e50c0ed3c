import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { Statements } from '../../database/statements.js';
import { DEFAULT_APPLICATION } from '../../domain/caller.js';
import { audienceOf, type Scope } from '../../domain/scope.js';
import type { Binding, VerificationFacts } from '../../domain/verification.js';
import { SigningKeys } from './signing-keys.js';

export interface ProofOptions {
  /** Ed25519 keys as PKCS #8 PEM: the first signs, all are published and accepted. */
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
  // Absent from proofs that are older than applications.
  azp: z.string().default(DEFAULT_APPLICATION),
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
 * Claims of a proof: `sub` is the E.164 number, `vid` the verification id, `amr` the channel, `azp` the
 * application.
 */
export type ProofClaims = z.infer<typeof claimsSchema>;

const TYPE = 'phone-proof+jwt';

// Compared with the database's clock, which also sets `exp`. $2 exp
const IS_EXPIRED = 'to_timestamp($2::bigint) <= now()';

// $1 jti, $2 exp
const SPEND = `
WITH spending AS (
  INSERT INTO spent_proofs (proof_id, expires_at)
  SELECT $1, to_timestamp($2::bigint) WHERE to_timestamp($2::bigint) > now()
  ON CONFLICT (proof_id) DO NOTHING RETURNING proof_id
)
SELECT ${IS_EXPIRED} AS late, EXISTS (SELECT FROM spending) AS first`;
const READ = `
SELECT ${IS_EXPIRED} AS late, EXISTS (SELECT FROM spent_proofs WHERE proof_id = $1) AS spent`;

/**
 * Signs, verifies and spends proofs of phone numbers. A proof is valid for its application only. Owns
 * `spent_proofs`.
 */
export class ProofService {
  private constructor(
    private readonly keys: SigningKeys,
    private readonly options: ProofOptions,
    private readonly statements: Statements,
  ) {}

  static async create(options: ProofOptions, statements: Statements): Promise<ProofService> {
    return new ProofService(await SigningKeys.create(options), options, statements);
  }

  /** Signs a proof that expires `ttlSeconds` after `verifiedAt`. */
  sign(
    verification: VerificationFacts,
    proofId: string,
    verifiedAt: Date,
    scope: Scope,
  ): SignedProof {
    const issuedAt = Math.floor(verifiedAt.getTime() / 1000);
    const expiresAt = issuedAt + this.options.ttlSeconds;
    const claims = {
      vid: verification.id,
      purpose: verification.purpose,
      amr: [verification.channel],
      ...(verification.binding && bindingClaims(verification.binding)),
      sub: verification.phoneNumber,
      jti: proofId,
      iat: issuedAt,
      exp: expiresAt,
      azp: scope.applicationId,
    };
    const token = this.keys.sign(TYPE, claims, audienceOf(scope));
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  /** The claims of a valid, unspent proof; undefined for anything else. */
  async introspect(token: string, scope: Scope): Promise<ProofClaims | undefined> {
    const claims = await this.verify(token, scope);
    return typeof claims === 'string' ? undefined : claims;
  }

  /** Spends a proof. Of concurrent calls, one gets the claims and the others `spent`. */
  async spend(token: string, scope: Scope): Promise<ProofClaims | 'spent' | 'invalid'> {
    const claims = await this.claimsOf(token, scope);
    if (!claims) return 'invalid';
    const bind = [claims.jti, claims.exp];
    const row = await this.statements.first<{ late: boolean; first: boolean }>(SPEND, bind);
    if (!row || row.late) return 'invalid';
    return row.first ? claims : 'spent';
  }

  /** The public keys as a JWK set (RFC 7517). */
  jwks(): { keys: JWK[] } {
    return this.keys.jwks();
  }

  /** Answers as {@link spend}, without spending the proof. */
  async verify(token: string, scope: Scope): Promise<ProofClaims | 'spent' | 'invalid'> {
    const claims = await this.claimsOf(token, scope);
    if (!claims) return 'invalid';
    const bind = [claims.jti, claims.exp];
    const row = await this.statements.first<{ late: boolean; spent: boolean }>(READ, bind);
    if (!row || row.late) return 'invalid';
    return row.spent ? 'spent' : claims;
  }

  private async claimsOf(token: string, scope: Scope): Promise<ProofClaims | undefined> {
    const required = ['sub', 'jti', 'iat', 'exp', 'vid', 'purpose'];
    const payload = await this.keys.verify(token, TYPE, required, audienceOf(scope));
    const claims = claimsSchema.safeParse(payload);
    return claims.success && claims.data.azp === scope.applicationId ? claims.data : undefined;
  }
}

/** The payment and its hash, which a relying party can compare with its own record. */
function bindingClaims(binding: Binding): { binding: Binding; binding_hash: string } {
  const { amount, currency, payee } = binding;
  const text = JSON.stringify([amount, currency, payee]);
  const hash = createHash('sha256').update(text).digest('base64url');
  return { binding: { amount, currency, payee }, binding_hash: hash };
}
