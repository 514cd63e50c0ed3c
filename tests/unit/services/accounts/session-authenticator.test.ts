import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Session } from '../../../../src/domain/account.js';
import { DEFAULT_SCOPE } from '../../../../src/domain/scope.js';
import { AccessTokens } from '../../../../src/services/accounts/access-tokens.js';
import { SessionAuthenticator } from '../../../../src/services/accounts/session-authenticator.js';
import { SigningKeys } from '../../../../src/services/proofs/signing-keys.js';

const MINUTES = 60_000;

function sessionAt(now: Date): Session {
  const authenticatedAt = new Date('2020-01-01T00:00:00Z');
  const expiresAt = new Date('2020-02-01T00:00:00Z');
  return {
    id: randomUUID(),
    accountId: randomUUID(),
    version: 1,
    factor: 'totp',
    fresh: true,
    authenticatedAt,
    lastUsedAt: authenticatedAt,
    expiresAt,
    now,
  };
}

async function isAuthenticated(madeAt: Date, shownAt: Date): Promise<boolean> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privateKeys = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const keys = await SigningKeys.create({ privateKeys, issuer: 'here', audience: 'there' });
  const tokens = new AccessTokens(keys, 900);
  const session = sessionAt(madeAt);
  const { token } = tokens.sign(session, DEFAULT_SCOPE);
  const find = (id: string) =>
    Promise.resolve(id === session.id ? { ...session, now: shownAt } : undefined);
  const authenticator = new SessionAuthenticator(tokens, { find });
  return authenticator.authenticate(token, DEFAULT_SCOPE).then(
    () => true,
    () => false,
  );
}

describe('the clock of access tokens', () => {
  const madeAt = new Date('2020-01-01T00:00:00Z');

  it("is the database's clock", async () => {
    expect(await isAuthenticated(madeAt, new Date(madeAt.getTime() + 14 * MINUTES))).toBe(true);
  });

  it('rejects a token from its expiry on', async () => {
    expect(await isAuthenticated(madeAt, new Date(madeAt.getTime() + 15 * MINUTES))).toBe(false);
  });
});
