import type { LoginController } from '../controllers/login.controller.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import {
  loggedOutResponse,
  loginResponse,
  loginBody,
  loginResendResponse,
  loginResendBody,
  loginVerifyBody,
  refreshBody,
  sessionsResponse,
  tokensResponse,
} from '../schemas/account.schema.js';
import type { AccountGuards } from './account.routes.js';
import { SENDING_ERRORS, type Route } from './route.js';

const TAG = 'Logins';

/** How a code that was sent has ended. */
const ENDED: readonly ErrorCode[] = [
  'verification_not_found',
  'already_verified',
  'code_expired',
  'verification_cancelled',
  'verification_failed',
  'attempts_exhausted',
  'provider_outcome_unknown',
];

export function loginRoutes(logins: LoginController, guards: AccountGuards): Route[] {
  return [...begin(logins, guards), ...sessions(logins, guards)];
}

function begin(logins: LoginController, { failedAttempts, hashing }: AccountGuards): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/login',
      tag: TAG,
      summary: 'Log in: the password',
      description:
        'Opens nothing but the way to the second factor. A number without an account is answered as a wrong password is.',
      body: loginBody,
      response: loginResponse,
      responseDescription:
        'The password was right; a code was sent if the factor is `sms` and there is a `verification`.',
      errors: ['invalid_phone_number', 'credentials_invalid', ...SENDING_ERRORS],
      limits: hashing,
      handle: logins.login,
    },
    {
      method: 'post',
      path: '/auth/login/verify',
      tag: TAG,
      summary: 'Log in: the second factor',
      description: 'Five tries a login.',
      body: loginVerifyBody,
      response: tokensResponse,
      responseDescription: 'Logged in.',
      errors: [
        'token_invalid',
        'code_invalid',
        'account_locked',
        'number_blocked',
        'rate_limited',
        'provider_rejected',
        'provider_unavailable',
        ...ENDED,
      ],
      limits: failedAttempts,
      handle: logins.verify,
    },
    {
      method: 'post',
      path: '/auth/login/resend',
      tag: TAG,
      summary: 'Log in: send the code again',
      body: loginResendBody,
      response: loginResendResponse,
      responseDescription: 'A new code is on its way; it replaces the old one.',
      errors: ['token_invalid', ...SENDING_ERRORS, ...ENDED],
      limits: failedAttempts,
      handle: logins.resend,
    },
  ];
}

function sessions(logins: LoginController, { failedAttempts, session }: AccountGuards): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/refresh',
      tag: TAG,
      summary: 'Go on with a session',
      description:
        'A refresh token is good once. One that comes again ends its session, because somebody else has it.',
      body: refreshBody,
      response: tokensResponse,
      responseDescription: 'The next pair of tokens.',
      errors: ['token_invalid', 'rate_limited'],
      limits: failedAttempts,
      handle: logins.refresh,
    },
    {
      method: 'post',
      path: '/auth/logout',
      tag: TAG,
      summary: 'Log out',
      response: loggedOutResponse,
      responseDescription: 'The session has ended.',
      errors: ['token_invalid'],
      bearer: session,
      handle: logins.logout,
    },
    {
      method: 'post',
      path: '/auth/logout-all',
      tag: TAG,
      summary: 'Log out everywhere',
      response: loggedOutResponse,
      responseDescription: 'Every session of the account has ended, this one too.',
      errors: ['token_invalid'],
      bearer: session,
      handle: logins.logoutAll,
    },
    {
      method: 'get',
      path: '/auth/sessions',
      tag: TAG,
      summary: 'Where the account is logged in',
      response: sessionsResponse,
      responseDescription: 'The newest hundred sessions.',
      errors: ['token_invalid'],
      bearer: session,
      handle: logins.sessions,
    },
  ];
}
