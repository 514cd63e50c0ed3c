import type { LoginController } from '../controllers/login.controller.js';
import { CLIENT, MAY } from '../domain/rights.js';
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

const VERIFICATION_ENDED_ERRORS: readonly ErrorCode[] = [
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
      callers: MAY.useAccounts,
      operationId: 'startLogin',
      tag: TAG,
      summary: 'Log in with the password',
      description:
        'The first step of a login: it only gives access to the second factor. A phone number without an account gets the same response as a wrong password.',
      rights: [CLIENT],
      body: loginBody,
      response: loginResponse,
      responseDescription:
        'The password is correct. If `verification` is present, a code has been sent.',
      errors: ['invalid_phone_number', 'credentials_invalid', ...SENDING_ERRORS],
      limits: hashing,
      handle: logins.login,
    },
    {
      method: 'post',
      path: '/auth/login/verify',
      callers: MAY.useAccounts,
      operationId: 'completeLogin',
      tag: TAG,
      summary: 'Log in with the second factor',
      description: 'Each login allows five attempts.',
      rights: [CLIENT],
      body: loginVerifyBody,
      response: tokensResponse,
      responseDescription: 'The user is logged in.',
      errors: [
        'token_invalid',
        'code_invalid',
        'account_locked',
        'number_blocked',
        'rate_limited',
        'provider_rejected',
        'provider_unavailable',
        ...VERIFICATION_ENDED_ERRORS,
      ],
      limits: failedAttempts,
      handle: logins.verify,
    },
    {
      method: 'post',
      path: '/auth/login/resend',
      callers: MAY.useAccounts,
      operationId: 'resendLoginCode',
      tag: TAG,
      summary: 'Send the login code again',
      rights: [CLIENT],
      body: loginResendBody,
      response: loginResendResponse,
      responseDescription: 'The provider has accepted a new code, which replaces the old one.',
      errors: ['token_invalid', ...SENDING_ERRORS, ...VERIFICATION_ENDED_ERRORS],
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
      callers: MAY.useAccounts,
      operationId: 'refreshSession',
      tag: TAG,
      summary: 'Refresh the session',
      description:
        'Each refresh token can be used once. Reuse ends the session, because it means that the token was stolen.',
      rights: [CLIENT],
      body: refreshBody,
      response: tokensResponse,
      responseDescription: 'A new pair of tokens.',
      errors: ['token_invalid', 'rate_limited'],
      limits: failedAttempts,
      handle: logins.refresh,
    },
    {
      method: 'post',
      path: '/auth/logout',
      callers: MAY.useAccounts,
      operationId: 'endSession',
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
      callers: MAY.useAccounts,
      operationId: 'endAllSessions',
      tag: TAG,
      summary: 'Log out of all sessions',
      response: loggedOutResponse,
      responseDescription: 'All sessions of the account have ended, including this one.',
      errors: ['token_invalid'],
      bearer: session,
      handle: logins.logoutAll,
    },
    {
      method: 'get',
      path: '/auth/sessions',
      callers: MAY.useAccounts,
      operationId: 'listSessions',
      tag: TAG,
      summary: 'List the sessions',
      response: sessionsResponse,
      responseDescription: 'The 100 newest sessions.',
      errors: ['token_invalid'],
      bearer: session,
      handle: logins.sessions,
    },
  ];
}
