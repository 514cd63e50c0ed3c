import { SmsStatusError } from './errors.js';
import type { AccessTokens } from './access-tokens.js';

/** The API accepts a service plan with its token, or a project with an access key. */
export interface SinchSmsAccounts {
  servicePlanId: string;
  apiToken: string;
  projectId: string;
  keyId: string;
  keySecret: string;
}

/**
 * Checks the bearer token: the plan's API token, or an access token for the project.
 * @throws SmsStatusError 401; `WWW-Authenticate` indicates an expired token.
 */
export function authenticate(
  account: string,
  authorization: string | undefined,
  accounts: SinchSmsAccounts,
  tokens: AccessTokens,
): void {
  const [, token] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw unauthorized('Bearer realm="Sinch"');
  if (account === accounts.servicePlanId && token === accounts.apiToken) return;
  const state = account === accounts.projectId ? tokens.stateOf(token) : 'unknown';
  if (state === 'good') return;
  const message = state === 'expired' ? 'The token is expired' : 'The token is not valid';
  throw unauthorized(`Bearer error="invalid_token", error_description="${message}"`);
}

function unauthorized(challenge: string): SmsStatusError {
  return new SmsStatusError(401, { 'WWW-Authenticate': challenge });
}
