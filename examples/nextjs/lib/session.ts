import 'server-only';
import { redirect, RedirectType } from 'next/navigation';
import { createIdCookie, readId, deleteIdCookie } from './cookies';
import { endNotice, idleMinutes, isUnseen } from './idle';
import { newOrder, type Payment } from './payment';
import { readAccessToken } from './proofs';
import { loginFor, returnPath } from './return-path';
import { callService, ServiceProblem } from './service';
import { settings } from './settings';
import { once, getStore } from './store';

/** The service's `SESSION_TTL_SECONDS`. */
const SESSION_SECONDS = 86_400;
/** Renews an access token this long before it expires. */
const RENEWAL_MARGIN_MS = 30_000;
/** How long the login says why a session ended. */
const END_NOTICE_SECONDS = 600;

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/** A logged-in user. The browser holds only the session's id, no token. */
export interface Session extends Payment {
  accountId: string;
  phoneNumber: string;
  accessToken: string;
  refreshToken: string;
  /** Expiry of the access token, milliseconds since 1970. */
  expiresAt: number;
  /** When the service issued the tokens, and the last request to the minute; as above. */
  renewedAt: number;
  seenAt: number;
}

const sessions = () => getStore<Session>('sessions');
/** Why a session ended that the user did not end here. */
const endNotices = () => getStore<string>('end notices');

/** Opens a session with a new id and ends the browser's previous one. */
export async function openSession(tokens: Tokens): Promise<void> {
  const { accountId } = await readAccessToken(tokens.accessToken);
  // The number as the service and its proofs write it, not as the user typed it.
  const me = { token: tokens.accessToken };
  const { phoneNumber } = await callService<{ phoneNumber: string }>('/auth/me', me);
  await endSession();
  const session = { accountId, phoneNumber, ...newOrder(), ...tokenFields(tokens) };
  await sessions().set(await createIdCookie('session', SESSION_SECONDS), session, SESSION_SECONDS);
}

/** The browser's session with a valid access token, if any. */
export async function readSession(): Promise<Session | undefined> {
  const id = await readId('session');
  const session = await peekSession();
  if (!id || !session) return undefined;
  if (session.expiresAt - RENEWAL_MARGIN_MS > Date.now()) {
    if (isUnseen(session)) await changeSession((now) => ({ ...now, seenAt: Date.now() }));
    return session;
  }
  // Using a refresh token twice ends the session, so concurrent requests share one refresh.
  return once(`refresh ${id}`, () => refresh(id));
}

/** The stored session, without a refresh. */
export async function peekSession(): Promise<Session | undefined> {
  const id = await readId('session');
  return id ? sessions().get(id) : undefined;
}

/** Like `readSession`, but a service that does not respond ends no session. */
export const currentSession = (): Promise<Session | undefined> => readSession().catch(peekSession);

/** Like `readSession`, but without a session redirects to the login, which leads back to `path`. */
export async function requireSession(path: string): Promise<Session> {
  return (await readSession()) ?? redirect(loginFor(path), RedirectType.replace);
}

/** Keeps the pages before a login from users who are logged in, also when they go back in history. */
export async function skipIfLoggedIn(next?: unknown): Promise<void> {
  if (await currentSession()) redirect(returnPath(next) ?? '/account', RedirectType.replace);
}

/** Forgets a session that the service has ended, and redirects to the login. */
export async function loseSession(path: string): Promise<never> {
  const id = await readId('session');
  if (id) await endStored(id);
  redirect(loginFor(path), RedirectType.replace);
}

/** Why the browser's last session ended, if the user did not end it. */
export async function readEndNotice(): Promise<string | undefined> {
  const id = await readId('session');
  return id ? endNotices().get(id) : undefined;
}

/** Changes the current state, which may be newer than the state read before. */
export async function changeSession(change: (now: Session) => Session): Promise<void> {
  const id = await readId('session');
  if (id) await sessions().update(id, change, SESSION_SECONDS);
}

/** Ends the session here and at the service; here even if the service does not respond. */
export async function endSession(): Promise<void> {
  const session = await readSession().catch(() => undefined);
  if (session)
    await callWithSession(session, '/auth/logout', { method: 'POST' }).catch(() => undefined);
  await forgetSession();
}

/**
 * Ends all sessions of the account. Keeps this one until the service confirms.
 * @throws ServiceProblem token_invalid when it needs a new login
 */
export async function endAllSessions(): Promise<void> {
  const session = await readSession();
  if (!session) throw new ServiceProblem('token_invalid');
  await callWithSession(session, '/auth/logout-all', { method: 'POST' });
  await forgetSession();
}

/**
 * Calls the service as the logged-in user.
 * @throws ServiceProblem
 */
export async function callWithSession<Result>(
  session: Session,
  path: string,
  options: Omit<Parameters<typeof callService>[1] & object, 'token'> = {},
): Promise<Result> {
  return callService<Result>(path, { ...options, token: session.accessToken });
}

async function refresh(id: string): Promise<Session | undefined> {
  const session = await sessions().get(id);
  if (!session || session.expiresAt - RENEWAL_MARGIN_MS > Date.now()) return session;
  try {
    const body = { refreshToken: session.refreshToken };
    const tokens = await callService<Tokens>('/auth/refresh', { body });
    // Stored first, because the old refresh token is used up.
    const renew = (now: Session) => ({ ...now, ...tokenFields(tokens) });
    return await sessions().update(id, renew, SESSION_SECONDS);
  } catch (error) {
    if (!(error instanceof ServiceProblem) || error.code !== 'token_invalid') throw error;
    await endStored(id);
    return undefined;
  }
}

async function endStored(id: string): Promise<void> {
  const session = await sessions().get(id);
  if (!session) return;
  await sessions().delete(id);
  const notice = endNotice(idleMinutes(session, settings.idleSeconds));
  await endNotices().set(id, notice, END_NOTICE_SECONDS);
}

async function forgetSession(): Promise<void> {
  const id = await readId('session');
  if (!id) return;
  await sessions().delete(id);
  await deleteIdCookie('session');
}

function tokenFields({ accessToken, refreshToken, expiresIn }: Tokens) {
  const now = Date.now();
  const expiresAt = now + expiresIn * 1000;
  return { accessToken, refreshToken, expiresAt, renewedAt: now, seenAt: now };
}
