import type { RequestHandler } from 'express';
import type { AccountController } from '../controllers/account.controller.js';
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

/** What stands before the routes of accounts. */
export interface AccountGuards {
  /** Wrong tries per address. */
  failedAttempts: readonly RequestHandler[];
  /** The same where a password or code is hashed, and besides every try, whatever comes of it. */
  hashing: readonly RequestHandler[];
  /** An access token. */
  session: RequestHandler;
}

const TAG = 'Accounts';

export function accountRoutes(accounts: AccountController, guards: AccountGuards): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/register',
      tag: TAG,
      summary: 'Sign up',
      description:
        'With a proof of the number, purpose `register`. Whatever somebody had set up on the number before is gone. Does not log in.',
      body: registerBody,
      response: accountResponse,
      responseDescription: 'There is an account.',
      errors: ['proof_invalid', 'proof_spent', 'rate_limited'],
      limits: guards.hashing,
      handle: accounts.register,
    },
    {
      method: 'post',
      path: '/auth/password/reset',
      tag: TAG,
      summary: 'Set another password by proving the number',
      description:
        'With a proof, purpose `password-reset`. Ends all sessions, opens none, and leaves the second factor as it is. The answer is the same for a number without an account.',
      body: passwordResetBody,
      response: passwordResponse,
      responseDescription: 'The old password is worth nothing any more.',
      errors: ['proof_invalid', 'proof_spent', 'rate_limited'],
      limits: guards.hashing,
      handle: accounts.resetPassword,
    },
    ...ownAccount(accounts, guards),
    ...changes(accounts, guards),
  ];
}

/** What one does with an account of one's own. */
function ownAccount(accounts: AccountController, { session }: AccountGuards): Route[] {
  return [
    {
      method: 'get',
      path: '/auth/me',
      tag: TAG,
      summary: 'The account that is logged in',
      response: meResponse,
      responseDescription: 'Account and session.',
      errors: ['token_invalid'],
      bearer: session,
      handle: accounts.me,
    },
    {
      method: 'delete',
      path: '/auth/me',
      tag: TAG,
      summary: 'Remove the account',
      description: 'Needs a login of the last ten minutes.',
      response: removedResponse,
      responseDescription: 'It is gone, with sessions, codes and secrets.',
      errors: ['token_invalid', 'fresh_login_required'],
      bearer: session,
      handle: accounts.remove,
    },
  ];
}

/** What replaces what the account was made with. */
function changes(
  accounts: AccountController,
  { failedAttempts, hashing, session }: AccountGuards,
): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/password',
      tag: TAG,
      summary: 'Change the password',
      description: 'Ends all other sessions.',
      body: passwordBody,
      response: passwordResponse,
      responseDescription: 'The new one counts.',
      errors: ['token_invalid', 'credentials_invalid', 'rate_limited'],
      limits: hashing,
      bearer: session,
      handle: accounts.changePassword,
    },
    {
      method: 'post',
      path: '/auth/phone',
      tag: TAG,
      summary: 'Move to another number',
      description:
        'With a proof of the new number, purpose `phone-change`, and a login of the last ten minutes. Ends all other sessions. An account that was on the new number is gone.',
      body: phoneBody,
      response: accountResponse,
      responseDescription: 'The account is on the new number.',
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
