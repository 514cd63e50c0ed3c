import type { SimulatedResponse } from '../respond.js';
import type { SinchSmsContext } from './context.js';

export interface TokenCall {
  authorization: string | undefined;
  contentType: string;
  body: Buffer;
}

/** Issues an access token for client credentials (RFC 6749, section 4.4). */
export function tokenResponse(context: SinchSmsContext, call: TokenCall): SimulatedResponse {
  const { keyId, keySecret } = context.accounts;
  const [, given = ''] = /^basic +(\S+)$/i.exec(call.authorization ?? '') ?? [];
  if (Buffer.from(given, 'base64').toString() !== `${keyId}:${keySecret}`) {
    const headers = { 'WWW-Authenticate': 'Basic realm="Sinch"' };
    return { ...refusal(401, 'invalid_client'), headers };
  }
  if (!call.contentType.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
    return refusal(400, 'invalid_request');
  }
  const grants = new URLSearchParams(call.body.toString()).getAll('grant_type');
  if (grants.length !== 1) return refusal(400, 'invalid_request');
  if (grants[0] !== 'client_credentials') return refusal(400, 'unsupported_grant_type');
  const { tokenLifetimeSeconds } = context.settings.current;
  const body = {
    access_token: context.tokens.issue(tokenLifetimeSeconds),
    expires_in: Math.ceil(tokenLifetimeSeconds),
    scope: '',
    token_type: 'bearer',
  };
  return { status: 200, headers: { 'Cache-Control': 'no-store' }, body };
}

function refusal(status: number, error: string): SimulatedResponse {
  return { status, body: { error } };
}
