'use server';

import { redirect, RedirectType } from 'next/navigation';
import { field, typedCode, typedNumber } from '@/lib/form';
import { explain, type FormState } from '@/lib/problems';
import { callService, ServiceProblem } from '@/lib/service';
import { returnPath } from '@/lib/return-path';
import { openSession, type Tokens } from '@/lib/session';
import { once } from '@/lib/store';
import {
  changeVisit,
  endVisit,
  readVisit,
  sentCode,
  type Factor,
  type PendingLogin,
} from '@/lib/visit';

interface StartedLogin {
  loginToken: string;
  factors: Factor[];
  verification?: { expiresAt: string; resendAt: string };
}

export async function logIn(_: FormState, form: FormData): Promise<FormState> {
  const phoneNumber = typedNumber(form);
  const body = { phoneNumber, password: field(form, 'password') };
  try {
    const started = await once(`login ${JSON.stringify(body)}`, () =>
      callService<StartedLogin>('/auth/login', { body }),
    );
    const { loginToken: token, factors, verification } = started;
    const login = { token, factors, phoneNumber, sent: sentCode(verification) };
    await changeVisit({ login, next: returnPath(form.get('next')) });
  } catch (error) {
    return explain(error, { phoneNumber: field(form, 'phoneNumber') });
  }
  // Replaces the login in history, so that no step before it stays behind the account.
  redirect('/log-in/code', RedirectType.replace);
}

export async function enterCode(_: FormState, form: FormData): Promise<FormState> {
  const { login, next } = await readVisit();
  if (!login) redirect('/log-in', RedirectType.replace);
  try {
    await openSession(login.tokens ?? (await secondFactor(login, form)));
    await endVisit();
  } catch (error) {
    await startOverWithoutLogin(error);
    return explain(error, { code: field(form, 'code') });
  }
  redirect(next ?? '/account', RedirectType.replace);
}

/** Keeps the tokens at once: if the session cannot be opened now, the next try needs no new code. */
async function secondFactor(login: PendingLogin, form: FormData): Promise<Tokens> {
  const factor = login.factors.find((name) => name === field(form, 'factor')) ?? login.factors[0];
  const body = { loginToken: login.token, factor, code: typedCode(form) };
  const tokens = await callService<Tokens>('/auth/login/verify', { body });
  await changeVisit({ login: { ...login, tokens } });
  return tokens;
}

export async function resendCode(): Promise<FormState> {
  const { login } = await readVisit();
  if (!login) redirect('/log-in', RedirectType.replace);
  try {
    const body = { loginToken: login.token };
    const answer = await once(`resend ${login.token}`, () =>
      callService<{ expiresAt: string; resendAt: string }>('/auth/login/resend', { body }),
    );
    await changeVisit({ login: { ...login, sent: sentCode(answer) } });
    return { notice: 'A new code is on its way. Only the newest code works.' };
  } catch (error) {
    await startOverWithoutLogin(error);
    return explain(error);
  }
}

/** Returns to the password when the login has expired or failed. */
async function startOverWithoutLogin(error: unknown): Promise<void> {
  if (!(error instanceof ServiceProblem)) return;
  const isFinal = error.code === 'token_invalid' || error.wasLastTry;
  if (!isFinal) return;
  const text =
    error.code === 'token_invalid'
      ? 'This login took too long. Start again.'
      : 'That was the last try. Start again with your password.';
  await changeVisit({ login: undefined, notice: { page: '/log-in', text } });
  redirect('/log-in', RedirectType.replace);
}
