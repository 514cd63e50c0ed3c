import 'server-only';
import { createIdCookie, readId, deleteIdCookie } from './cookies';
import type { ProofPurpose } from './proofs';
import { getStore } from './store';

/** Ten minutes: as long as the service keeps a login open that awaits its second factor. */
const VISIT_SECONDS = 600;

export type Factor = 'sms' | 'totp' | 'backup_code';

/** A code that is on its way; times in milliseconds since 1970. */
export interface SentCode {
  expiresAt: number;
  resendAt: number;
}

/** A login between password and code. */
export interface PendingLogin {
  token: string;
  phoneNumber: string;
  factors: readonly Factor[];
  sent: SentCode | undefined;
}

/** Somebody who is not logged in, or not yet. */
export interface Visit {
  /** A proof that is to be used in the next step. */
  proven?: { purpose: ProofPurpose; proof: string; phoneNumber: string; expiresAt: number };
  login?: PendingLogin;
  /** To fill in for the person who has just signed up or set a new password. */
  phoneNumber?: string;
  /** Said once on the next page. */
  notice?: string;
}

const visits = () => getStore<Visit>('visits');

export async function readVisit(): Promise<Visit> {
  const id = await readId('visit');
  return (id && (await visits().get(id))) || {};
}

/** For actions only: a page cannot set a cookie. */
export async function changeVisit(change: Partial<Visit>): Promise<void> {
  const visit = { ...(await readVisit()), ...change };
  const old = await readId('visit');
  if (old) await visits().delete(old);
  await visits().set(await createIdCookie('visit', VISIT_SECONDS), visit, VISIT_SECONDS);
}

export async function endVisit(): Promise<void> {
  const id = await readId('visit');
  if (id) await visits().delete(id);
  await deleteIdCookie('visit');
}

/** The times of a code as the service tells them. */
export function sentCode(answer: { expiresAt: string; resendAt: string } | undefined) {
  if (!answer) return undefined;
  return { expiresAt: Date.parse(answer.expiresAt), resendAt: Date.parse(answer.resendAt) };
}

/** Seconds from now until then; 0 once it has passed. */
export const secondsUntil = (then: number): number =>
  Math.max(0, Math.ceil((then - Date.now()) / 1000));
