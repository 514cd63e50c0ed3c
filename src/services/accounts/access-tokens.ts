import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Factor, Session } from '../../domain/account.js';
import type { SigningKeys } from '../proofs/signing-keys.js';

/** Not that of a proof: neither can be taken for the other (RFC 8725, section 3.11). */
const TYPE = 'account-access+jwt';

/** Authentication method references of RFC 8176, as far as it has words for them. */
const METHODS: Readonly<Record<Factor, readonly string[]>> = {
  sms: ['pwd', 'sms', 'mfa'],
  totp: ['pwd', 'otp', 'mfa'],
  backup_code: ['pwd', 'otp', 'mfa'],
};

const claimsSchema = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.int() });

/** Signs what a session shows to whoever it calls, and reads it again. */
export class AccessTokens {
  /** @param ttlSeconds 900 at most: nobody who checks a token offline hears of a logout */
  constructor(
    private readonly keys: SigningKeys,
    private readonly ttlSeconds: number,
  ) {}

  /** Never good for longer than the session. */
  sign(session: Session): { token: string; expiresIn: number } {
    const iat = Math.floor(session.now.getTime() / 1000);
    const end = Math.floor(session.expiresAt.getTime() / 1000);
    const expiresIn = Math.max(1, Math.min(this.ttlSeconds, end - iat));
    const token = this.keys.sign(TYPE, {
      sub: session.accountId,
      sid: session.id,
      jti: randomUUID(),
      amr: [...METHODS[session.factor]],
      auth_time: Math.floor(session.authenticatedAt.getTime() / 1000),
      iat,
      exp: iat + expiresIn,
    });
    return { token, expiresIn };
  }

  /** Its session, and until when it is good; undefined for whatever is not an access token of ours. */
  async read(token: string): Promise<{ sessionId: string; expiresAt: Date } | undefined> {
    const required = ['sub', 'sid', 'jti', 'iat', 'exp'];
    const claims = claimsSchema.safeParse(await this.keys.verify(token, TYPE, required));
    if (!claims.success) return undefined;
    const { sid: sessionId, exp } = claims.data;
    return { sessionId, expiresAt: new Date(exp * 1000) };
  }
}
