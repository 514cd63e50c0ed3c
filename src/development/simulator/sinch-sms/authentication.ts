import { SmsStatusError } from './errors.js';
import type { AccessTokens } from './access-tokens.js';

/** A service plan with its token, and a project with an access key: the two ways to reach the same API. */
export interface SinchSmsAccounts {
  servicePlanId: string;
  apiToken: string;
  projectId: string;
  keyId: string;
  keySecret: string;
}

/**
 * Checks the bearer token of a call: the plan's own for the plan, an access token for the project.
 * @throws SmsStatusError 401, whose `WWW-Authenticate` says so when the token was good once.
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
  const words = state === 'expired' ? 'The token is expired' : 'The token is not valid';
  throw unauthorized(`Bearer error="invalid_token", error_description="${words}"`);
}

function unauthorized(challenge: string): SmsStatusError {
  return new SmsStatusError(401, { 'WWW-Authenticate': challenge });
}
