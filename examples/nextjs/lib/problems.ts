import 'server-only';
import { unstable_rethrow } from 'next/navigation';
import { EXAMPLE_NUMBER } from './format';
import { ServiceProblem } from './service';

export interface FormState {
  message?: string;
  field?: string;
  loginAgain?: boolean;
  /** Whether the same input can work in a moment. */
  isTemporary?: boolean;
  /** What has been done. */
  notice?: string;
  values?: Record<string, string>;
}

const MESSAGES: Readonly<Record<string, string>> = {
  unreachable:
    'We cannot reach our own service just now. Nothing was changed; try again in a moment.',
  invalid_phone_number: `We cannot read this phone number. Write it with its country code, such as ${EXAMPLE_NUMBER}.`,
  region_not_allowed: 'We do not serve numbers of this country.',
  number_type_not_allowed: 'We need a number that receives text messages.',
  number_blocked: 'This number is blocked here. Waiting does not help: call the harbour office.',
  credentials_invalid:
    'The number or the password is not right. Check both, or set a new password.',
  token_invalid: 'This took too long or was ended elsewhere. Start again.',
  proof_invalid: 'The confirmation of your number has expired. Confirm it again.',
  proof_spent: 'This confirmation has already been used. Confirm your number again.',
  fresh_login_required:
    'This needs a login within the last ten minutes. Log in again, then try once more.',
  account_locked:
    'Too many wrong codes: your account is locked. Call the harbour office to unlock it.',
  code_expired: 'This code has expired. Ask for a new one.',
  already_verified: 'This code has already been used. Ask for a new one.',
  verification_not_found: 'This code is no longer valid. Ask for a new one.',
  verification_cancelled: 'A newer code has replaced this one. Ask for a new one.',
  verification_failed: 'This code is no longer valid. Ask for a new one.',
  attempts_exhausted: 'That was the last try for this code. Ask for a new one.',
  totp_active: 'An authenticator app is set up already. Remove that one first.',
  totp_not_found: 'Start setting up the app again.',
  provider_rejected:
    'The message could not be delivered to this number. Check it, or use another one.',
  provider_unavailable: 'No messages can be sent just now. Try again in a minute.',
  provider_outcome_unknown:
    'The message may still arrive. If it does, type its code; if not, ask for a new one in a minute.',
};

const TIMED_MESSAGES: Readonly<Record<string, (wait: string) => string>> = {
  cooldown: (wait) => `A code was sent to this number a moment ago. Wait ${wait}, then try again.`,
  rate_limited: (wait) => `Too many tries. Wait ${wait}, then try again.`,
};

export function explain(error: unknown, values?: Record<string, string>): FormState {
  unstable_rethrow(error);
  if (!(error instanceof ServiceProblem)) throw error;
  const { code, attemptsRemaining, errors } = error;
  const shared = values && { values };
  if (code === 'code_invalid') return { ...shared, ...wrongCode(attemptsRemaining), field: 'code' };
  if (code === 'invalid_request') return { ...shared, ...invalid(errors) };
  const timed = TIMED_MESSAGES[code];
  if (timed) return { ...shared, message: timed(formatWait(error.retryAfter ?? 60)) };
  const message = MESSAGES[code] ?? 'Something went wrong on our side. Try again in a moment.';
  const field = FIELDS[code];
  return {
    ...shared,
    message,
    ...(field && { field }),
    ...(code === 'fresh_login_required' && { loginAgain: true }),
    ...(code === 'unreachable' && { isTemporary: true }),
  };
}

const FIELDS: Readonly<Record<string, string>> = {
  invalid_phone_number: 'phoneNumber',
  credentials_invalid: 'password',
  code_expired: 'code',
  attempts_exhausted: 'code',
};

function wrongCode(left: number | undefined): FormState {
  if (left === undefined) return { message: 'This is not the code. Check it and try again.' };
  if (left === 0)
    return { message: 'This is not the code, and that was the last try. Ask for a new one.' };
  return { message: `This is not the code. ${left} ${left === 1 ? 'try' : 'tries'} left.` };
}

function invalid(errors: ServiceProblem['errors']): FormState {
  const [first] = errors;
  const field = first?.pointer.split('/').at(-1);
  if (field === 'code') return { field, message: 'Type the code as it is shown, all of it.' };
  if (field === undefined || !first)
    return { message: 'Something is missing. Check what you typed.' };
  const isPassword = /password$/i.test(field);
  return {
    field,
    message: isPassword ? `This password ${first.message}.` : `Your ${field} ${first.message}.`,
  };
}

export function formatWait(seconds: number): string {
  if (seconds < 90) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}
