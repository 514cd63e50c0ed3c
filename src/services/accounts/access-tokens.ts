import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Factor, Session } from '../../domain/account.js';
import { audienceOf, type Scope } from '../../domain/scope.js';
import type { SigningKeys } from '../proofs/signing-keys.js';

/** Differs from a proof's `typ`, so neither is accepted as the other (RFC 8725, section 3.11). */
const TYPE = 'account-access+jwt';

/** Authentication method references (RFC 8176). */
const METHODS: Readonly<Record<Factor, readonly string[]>> = {
  sms: ['pwd', 'sms', 'mfa'],
  totp: ['pwd', 'otp', 'mfa'],
  backup_code: ['pwd', 'otp', 'mfa'],
};

const claimsSchema = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.int() });

/** Signs and verifies the access tokens of sessions. */
export class AccessTokens {
  /** @param ttlSeconds at most 900, because an offline verifier does not see a logout */
  constructor(
    private readonly keys: SigningKeys,
    private readonly ttlSeconds: number,
  ) {}

  /** Signs a token that expires no later than the session. */
  sign(session: Session, scope: Scope): { token: string; expiresIn: number } {
    const iat = Math.floor(session.now.getTime() / 1000);
    const end = Math.floor(session.expiresAt.getTime() / 1000);
    const expiresIn = Math.max(1, Math.min(this.ttlSeconds, end - iat));
    const claims = {
      sub: session.accountId,
      sid: session.id,
      jti: randomUUID(),
      amr: [...METHODS[session.factor]],
      auth_time: Math.floor(session.authenticatedAt.getTime() / 1000),
      iat,
      exp: iat + expiresIn,
      azp: scope.applicationId,
    };
    return { token: this.keys.sign(TYPE, claims, audienceOf(scope)), expiresIn };
  }

  /** The session id and expiry of a token; undefined for anything but access tokens with this audience. */
  async verify(
    token: string,
    scope: Scope,
  ): Promise<{ sessionId: string; expiresAt: Date } | undefined> {
    const required = ['sub', 'sid', 'jti', 'iat', 'exp'];
    const payload = await this.keys.verify(token, TYPE, required, audienceOf(scope));
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return undefined;
    const { sid: sessionId, exp } = claims.data;
    return { sessionId, expiresAt: new Date(exp * 1000) };
  }
}
