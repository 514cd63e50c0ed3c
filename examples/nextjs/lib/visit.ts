import 'server-only';
import { createIdCookie, readId, deleteIdCookie } from './cookies';
import type { ProofPurpose } from './proofs';
import { getStore } from './store';

/** Ten minutes: the service keeps a login open as long for its second factor. */
const VISIT_SECONDS = 600;

export type Factor = 'sms' | 'totp' | 'backup_code';

export interface SentCode {
  expiresAt: number;
  resendAt: number;
}

export interface PendingLogin {
  token: string;
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
  notice?: string;
}

const visits = () => getStore<Visit>('visits');

export async function readVisit(): Promise<Visit> {
  const id = await readId('visit');
  return (id && (await visits().get(id))) || {};
}

/** For actions only: a page cannot set cookies. */
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

export function sentCode(answer: { expiresAt: string; resendAt: string } | undefined) {
  if (!answer) return undefined;
  return { expiresAt: Date.parse(answer.expiresAt), resendAt: Date.parse(answer.resendAt) };
}

/** Seconds until then; 0 in the past. */
export const secondsUntil = (then: number): number =>
  Math.max(0, Math.ceil((then - Date.now()) / 1000));
