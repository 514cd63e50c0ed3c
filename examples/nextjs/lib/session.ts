import 'server-only';
import { redirect } from 'next/navigation';
import { createIdCookie, readId, deleteIdCookie } from './cookies';
import { newOrder, type Payment } from './payment';
import { readAccessToken } from './proofs';
import { callService, ServiceProblem } from './service';
import { once, getStore } from './store';

/** `SESSION_TTL_SECONDS` of the service. */
const SESSION_SECONDS = 86_400;
/** An access token is renewed this long before it ends. */
const RENEWAL_MARGIN_MS = 30_000;

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/** What the server knows of somebody who is logged in. The browser has an id of it and no token. */
export interface Session extends Payment {
  accountId: string;
  phoneNumber: string;
  accessToken: string;
  refreshToken: string;
  /** Of the access token, milliseconds since 1970. */
  expiresAt: number;
}

const sessions = () => getStore<Session>('sessions');

/** Opens a session under a new id; one that this browser had before is ended. */
export async function openSession(tokens: Tokens): Promise<void> {
  const { accountId } = await readAccessToken(tokens.accessToken);
  // As the service writes it, and its proofs carry it: people type a number in many ways.
  const me = { token: tokens.accessToken };
  const { phoneNumber } = await callService<{ phoneNumber: string }>('/auth/me', me);
  await endSession();
  const session = { accountId, phoneNumber, ...newOrder(), ...tokenFields(tokens) };
  await sessions().set(await createIdCookie('session', SESSION_SECONDS), session, SESSION_SECONDS);
}

/** The session of this browser with an access token that is good, or undefined. */
export async function readSession(): Promise<Session | undefined> {
  const id = await readId('session');
  const session = await peekSession();
  if (!id || !session) return undefined;
  if (session.expiresAt - RENEWAL_MARGIN_MS > Date.now()) return session;
  // A refresh token that comes twice ends the session: all requests of a page wait for one refresh.
  return once(`refresh ${id}`, () => refresh(id));
}

/** The session as it is kept, for what must not prolong it. */
export async function peekSession(): Promise<Session | undefined> {
  const id = await readId('session');
  return id ? sessions().get(id) : undefined;
}

/** As `readSession`, for pages that are for nobody else. */
export async function requireSession(): Promise<Session> {
  return (await readSession()) ?? redirect('/log-in');
}

/** Changes it as it is by then, which may be other than what was read before. */
export async function changeSession(change: (now: Session) => Session): Promise<void> {
  const id = await readId('session');
  if (id) await sessions().update(id, change, SESSION_SECONDS);
}

/** Ends it here and at the service. The person is logged out here even when the service does not answer. */
export async function endSession(): Promise<void> {
  const session = await readSession().catch(() => undefined);
  if (session)
    await callWithSession(session, '/auth/logout', { method: 'POST' }).catch(() => undefined);
  await forgetSession();
}

/**
 * Ends all sessions of the account, this one too. Nobody is to believe that it was done when it was not, so this one
 * stays until the service has answered. @throws ServiceProblem token_invalid: only a new login can do it
 */
export async function endAllSessions(): Promise<void> {
  const session = await readSession();
  if (!session) throw new ServiceProblem('token_invalid');
  await callWithSession(session, '/auth/logout-all', { method: 'POST' });
  await forgetSession();
}

/** A call in the name of the person who is logged in. @throws ServiceProblem */
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
    // Kept before anything else can fail: the refresh token of before is used up.
    const renew = (now: Session) => ({ ...now, ...tokenFields(tokens) });
    return await sessions().update(id, renew, SESSION_SECONDS);
  } catch (error) {
    if (!(error instanceof ServiceProblem) || error.code !== 'token_invalid') throw error;
    await sessions().delete(id);
    return undefined;
  }
}

async function forgetSession(): Promise<void> {
  const id = await readId('session');
  if (!id) return;
  await sessions().delete(id);
  await deleteIdCookie('session');
}

function tokenFields({ accessToken, refreshToken, expiresIn }: Tokens) {
  return { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 };
}
