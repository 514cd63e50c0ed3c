import type { FactorController } from '../controllers/factor.controller.js';
import { MAY } from '../domain/rights.js';
import {
  backupCodesResponse,
  removedResponse,
  totpConfirmBody,
  totpConfirmedResponse,
  totpEnrolResponse,
} from '../schemas/account.schema.js';
import type { AccountGuards } from './account.routes.js';
import type { Route } from './route.js';

const TAG = 'Second factors';
const RECENT_LOGIN = 'Requires a login within the last ten minutes.';

export function factorRoutes(factors: FactorController, guards: AccountGuards): Route[] {
  return [...totpRoutes(factors, guards), backupCodes(factors, guards)];
}

function totpRoutes(
  factors: FactorController,
  { failedAttempts, session }: AccountGuards,
): Route[] {
  return [
    {
      method: 'post',
      path: '/auth/totp/enroll',
      callers: MAY.useAccounts,
      operationId: 'enrollTotp',
      tag: TAG,
      summary: 'Set up an authenticator app',
      description: `${RECENT_LOGIN} The secret is returned only once and becomes active after the first correct code.`,
      response: totpEnrolResponse,
      responseDescription: 'A new secret.',
      errors: ['token_invalid', 'fresh_login_required', 'totp_active', 'rate_limited'],
      bearer: session,
      handle: factors.enrolTotp,
    },
    {
      method: 'post',
      path: '/auth/totp/confirm',
      callers: MAY.useAccounts,
      operationId: 'confirmTotp',
      tag: TAG,
      summary: 'Confirm the authenticator app',
      description: `${RECENT_LOGIN} Ends all other sessions.`,
      body: totpConfirmBody,
      response: totpConfirmedResponse,
      responseDescription: 'The app is now the second factor.',
      errors: [
        'token_invalid',
        'code_invalid',
        'fresh_login_required',
        'account_locked',
        'totp_not_found',
        'totp_active',
        'rate_limited',
      ],
      limits: failedAttempts,
      bearer: session,
      handle: factors.confirmTotp,
    },
    {
      method: 'delete',
      path: '/auth/totp',
      callers: MAY.useAccounts,
      operationId: 'removeTotp',
      tag: TAG,
      summary: 'Remove the authenticator app',
      description: `${RECENT_LOGIN} Ends all other sessions. Codes by message become the second factor again.`,
      response: removedResponse,
      responseDescription: 'The authenticator app has been removed.',
      errors: ['token_invalid', 'fresh_login_required', 'totp_not_found'],
      bearer: session,
      handle: factors.removeTotp,
    },
  ];
}

function backupCodes(factors: FactorController, { hashing, session }: AccountGuards): Route {
  return {
    method: 'post',
    path: '/auth/backup-codes',
    callers: MAY.useAccounts,
    operationId: 'createBackupCodes',
    tag: TAG,
    summary: 'Create backup codes',
    description: `${RECENT_LOGIN} Ten new codes replace all earlier ones.`,
    response: backupCodesResponse,
    responseDescription: 'The codes, which are returned only once.',
    errors: ['token_invalid', 'fresh_login_required', 'rate_limited'],
    limits: hashing,
    bearer: session,
    handle: factors.replaceBackupCodes,
  };
}
