'use server';

import { redirect, RedirectType } from 'next/navigation';
import { field, typedCode } from '@/lib/form';
import { explain, type FormState } from '@/lib/problems';
import { ServiceProblem } from '@/lib/service';
import {
  callWithSession,
  endAllSessions,
  endSession,
  loseSession,
  peekSession,
  requireSession,
} from '@/lib/session';
import { once } from '@/lib/store';
import { changeVisit } from '@/lib/visit';

/** State of an account action. The server keeps neither the secret nor the backup codes. */
export interface AccountState extends FormState {
  enrolment?: { secret: string; otpauthUrl: string; qrSvg: string };
  backupCodes?: string[];
}

export async function enrolTotp(): Promise<AccountState> {
  const session = await requireSession('/account');
  try {
    const options = { method: 'POST' } as const;
    type Enrolment = NonNullable<AccountState['enrolment']>;
    return { enrolment: await callWithSession<Enrolment>(session, '/auth/totp/enroll', options) };
  } catch (error) {
    return problem(error);
  }
}

export async function confirmTotp(_: AccountState, form: FormData): Promise<AccountState> {
  const session = await requireSession('/account');
  try {
    await callWithSession(session, '/auth/totp/confirm', { body: { code: typedCode(form) } });
  } catch (error) {
    return problem(error);
  }
  redirect('/account?done=app', RedirectType.replace);
}

export async function removeTotp(): Promise<AccountState> {
  const session = await requireSession('/account');
  try {
    await callWithSession(session, '/auth/totp', { method: 'DELETE' });
  } catch (error) {
    return problem(error);
  }
  redirect('/account?done=no-app', RedirectType.replace);
}

export async function makeBackupCodes(): Promise<AccountState> {
  const session = await requireSession('/account');
  try {
    // A second request would invalidate the codes of the first. Keyed by session, because another
    // browser must not see these codes.
    const { codes } = await once(`backup ${session.accessToken}`, () =>
      callWithSession<{ codes: string[] }>(session, '/auth/backup-codes', { method: 'POST' }),
    );
    return { backupCodes: codes };
  } catch (error) {
    return problem(error);
  }
}

export async function changePassword(_: AccountState, form: FormData): Promise<AccountState> {
  const session = await requireSession('/account');
  try {
    const body = {
      currentPassword: field(form, 'currentPassword'),
      newPassword: field(form, 'newPassword'),
    };
    await callWithSession(session, '/auth/password', { body });
    return { notice: 'Your password has been changed. You have been logged out everywhere else.' };
  } catch (error) {
    const state = await problem(error);
    if (state.field !== 'password') return state;
    return { message: 'This is not your current password.', field: 'currentPassword' };
  }
}

export async function logOut(): Promise<void> {
  await endSession();
  redirect('/', RedirectType.replace);
}

export async function logOutEverywhere(): Promise<AccountState> {
  try {
    await endAllSessions();
  } catch (error) {
    if (error instanceof ServiceProblem && error.code === 'token_invalid') await logInAgain();
    return explain(error);
  }
  redirect('/', RedirectType.replace);
}

export async function logInAgain(): Promise<void> {
  const session = await peekSession();
  await endSession();
  const text = 'Log in again, then try once more.';
  await changeVisit({
    phoneNumber: session?.phoneNumber,
    next: '/account',
    notice: { page: '/log-in', text },
  });
  redirect('/log-in', RedirectType.replace);
}

async function problem(error: unknown): Promise<AccountState> {
  const isEnded = error instanceof ServiceProblem && error.code === 'token_invalid';
  return isEnded ? loseSession('/account') : explain(error);
}
