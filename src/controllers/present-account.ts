import type { Account, Session } from '../domain/account.js';
import type {
  LoginResponse,
  MeResponse,
  SentCodeResponse,
  SessionsResponse,
} from '../schemas/account.schema.js';
import type { AccountState } from '../services/accounts/account.service.js';
import type { SentCode, StartedLogin } from '../services/accounts/login.service.js';

/** Responses are built field by field, so that a new column is never exposed by accident. */

export function presentAccount({ id, phoneNumber, name, createdAt }: Account) {
  return { accountId: id, phoneNumber, name, createdAt: createdAt.toISOString() };
}

export function presentMe({ account, session, totp, backupCodes }: AccountState): MeResponse {
  return {
    ...presentAccount(account),
    passwordChangedAt: account.passwordChangedAt.toISOString(),
    totp,
    backupCodes,
    warnings: [
      ...(totp ? [] : (['sms_is_restricted'] as const)),
      ...(backupCodes === 0 ? (['no_backup_codes'] as const) : []),
    ],
    session: { ...presentSession(session), fresh: session.fresh },
  };
}

export function presentSessions(sessions: readonly Session[], current: Session): SessionsResponse {
  return {
    sessions: sessions.map((session) => ({
      ...presentSession(session),
      current: session.id === current.id,
    })),
  };
}

export function presentLogin(login: StartedLogin): LoginResponse {
  const { loginToken, expiresIn, factors, verification } = login;
  return {
    status: 'second_factor_required',
    loginToken,
    expiresIn,
    factors: [...factors],
    ...(verification && { verification: presentSentCode(verification) }),
  };
}

/** Omits the id of the verification: only the login token gives access to it. */
export function presentSentCode(sent: SentCode): SentCodeResponse {
  const { cliFilter, targetUri } = sent.device ?? {};
  return {
    channel: sent.channel,
    expiresAt: sent.expiresAt.toISOString(),
    resendAt: sent.resendAt.toISOString(),
    codeLength: sent.codeLength,
    ...(cliFilter !== undefined && { cliFilter }),
    ...(targetUri !== undefined && { targetUri }),
  };
}

function presentSession(session: Session) {
  return {
    sessionId: session.id,
    factor: session.factor,
    authenticatedAt: session.authenticatedAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}
