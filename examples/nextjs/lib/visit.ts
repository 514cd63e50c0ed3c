import 'server-only';
import { createIdCookie, readId, deleteIdCookie } from './cookies';
import type { ProofPurpose } from './proofs';
import type { Tokens } from './session';
import { getStore } from './store';

/** Ten minutes: the service keeps a login open as long for its second factor. */
const VISIT_SECONDS = 600;

export type Factor = 'sms' | 'totp' | 'backup_code';

export interface SentCode {
  expiresAt: number;
  resendAt: number;
}

/** Pages that explain why a user is back. */
export type NoticePage = '/log-in' | '/sign-up' | '/reset';

export interface PendingLogin {
  token: string;
  /** Present after the second factor, until the session is open: the code works once. */
  tokens?: Tokens;
  phoneNumber: string;
  factors: readonly Factor[];
  sent: SentCode | undefined;
}

/** State of a user who is not logged in. */
export interface Visit {
  proven?: { purpose: ProofPurpose; proof: string; phoneNumber: string; expiresAt: number };
  login?: PendingLogin;
  /** Prefills the login after a sign-up or a password reset. */
  phoneNumber?: string;
  /** Where the user wanted to go before the login. */
  next?: string | undefined;
  /** Lasts until the next step. */
  notice?: { page: NoticePage; text: string } | undefined;
}

const visits = () => getStore<Visit>('visits');

export async function readVisit(): Promise<Visit> {
  const id = await readId('visit');
  return (id && (await visits().get(id))) || {};
}

/** Takes a step, which ends the notice. For actions only: a page cannot set cookies. */
export async function changeVisit(change: Partial<Visit>): Promise<void> {
  const visit = { ...(await readVisit()), notice: undefined, ...change };
  const old = await readId('visit');
  if (old) await visits().delete(old);
  await visits().set(await createIdCookie('visit', VISIT_SECONDS), visit, VISIT_SECONDS);
}

export const noticeOn = (page: NoticePage, { notice }: Visit): string | undefined =>
  notice?.page === page ? notice.text : undefined;

export async function endVisit(): Promise<void> {
  const id = await readId('visit');
  if (id) await visits().delete(id);
  await deleteIdCookie('visit');
}

export function sentCode(answer: { expiresAt: string; resendAt: string } | undefined) {
  if (!answer) return undefined;
  return { expiresAt: Date.parse(answer.expiresAt), resendAt: Date.parse(answer.resendAt) };
}

/** Seconds until then; 0 in the past. */
export const secondsUntil = (then: number): number =>
  Math.max(0, Math.ceil((then - Date.now()) / 1000));
