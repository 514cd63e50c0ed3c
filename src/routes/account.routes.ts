import type { RequestHandler } from 'express';
import type { AccountController } from '../controllers/account.controller.js';
import { CLIENT, MAY } from '../domain/rights.js';
import {
  accountResponse,
  meResponse,
  passwordResponse,
  passwordBody,
  passwordResetBody,
  phoneBody,
  registerBody,
  removedResponse,
} from '../schemas/account.schema.js';
import type { Route } from './route.js';

export interface AccountGuards {
  /** Limits failed attempts per client address. */
  failedAttempts: readonly RequestHandler[];
  /** Limits failed attempts and, because each costs a hash, all attempts per client address. */
  hashing: readonly RequestHandler[];
  session: RequestHandler;
}

const TAG = 'Accounts';

export function accountRoutes(accounts: AccountController, guards: AccountGuards): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/register',
      callers: MAY.useAccounts,
      operationId: 'registerAccount',
      tag: TAG,
      summary: 'Sign up',
      description:
        'Requires a proof of the phone number with purpose `register`. Replaces any earlier account on the number. Does not log in.',
      rights: [CLIENT],
      body: registerBody,
      response: accountResponse,
      responseDescription: 'The account has been created.',
      errors: ['proof_invalid', 'proof_spent', 'rate_limited'],
      limits: guards.hashing,
      handle: accounts.register,
    },
    {
      method: 'post',
      path: '/auth/password/reset',
      callers: MAY.useAccounts,
      operationId: 'resetPassword',
      tag: TAG,
      summary: 'Reset the password',
      description:
        'Requires a proof of the phone number with purpose `password-reset`. Ends all sessions and does not log in. The second factor stays as it is. The response does not reveal whether the number has an account.',
      rights: [CLIENT],
      body: passwordResetBody,
      response: passwordResponse,
      responseDescription: 'The password has been changed.',
      errors: ['proof_invalid', 'proof_spent', 'rate_limited'],
      limits: guards.hashing,
      handle: accounts.resetPassword,
    },
    ...ownAccount(accounts, guards),
    ...changes(accounts, guards),
  ];
}

function ownAccount(accounts: AccountController, { session }: AccountGuards): Route[] {
  return [
    {
      method: 'get',
      path: '/auth/me',
      callers: MAY.useAccounts,
      operationId: 'getAccount',
      tag: TAG,
      summary: 'Get the current account',
      response: meResponse,
      responseDescription: 'The account and the session.',
      errors: ['token_invalid'],
      bearer: session,
      handle: accounts.me,
    },
    {
      method: 'delete',
      path: '/auth/me',
      callers: MAY.useAccounts,
      operationId: 'deleteAccount',
      tag: TAG,
      summary: 'Delete the account',
      description: 'Requires a login within the last ten minutes.',
      response: removedResponse,
      responseDescription: 'The account and its sessions, codes and secrets have been deleted.',
      errors: ['token_invalid', 'fresh_login_required'],
      bearer: session,
      handle: accounts.remove,
    },
  ];
}

function changes(
  accounts: AccountController,
  { failedAttempts, hashing, session }: AccountGuards,
): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/password',
      callers: MAY.useAccounts,
      operationId: 'changePassword',
      tag: TAG,
      summary: 'Change the password',
      description: 'Ends all other sessions.',
      rights: [CLIENT],
      body: passwordBody,
      response: passwordResponse,
      responseDescription: 'The password has been changed.',
      errors: ['token_invalid', 'credentials_invalid', 'rate_limited'],
      limits: hashing,
      bearer: session,
      handle: accounts.changePassword,
    },
    {
      method: 'post',
      path: '/auth/phone',
      callers: MAY.useAccounts,
      operationId: 'changePhoneNumber',
      tag: TAG,
      summary: 'Change the phone number',
      description:
        'Requires a proof of the new number with purpose `phone-change`, and a login within the last ten minutes. Ends all other sessions. Deletes any other account on the new number.',
      rights: [CLIENT],
      body: phoneBody,
      response: accountResponse,
      responseDescription: 'The phone number has been changed.',
      errors: [
        'token_invalid',
        'fresh_login_required',
        'proof_invalid',
        'proof_spent',
        'rate_limited',
      ],
      limits: failedAttempts,
      bearer: session,
      handle: accounts.changePhone,
    },
  ];
}
