import { StaticToken } from '../../../../src/clients/bearer-tokens.js';
import { HttpClient } from '../../../../src/clients/http-client.js';
import { OAuthTokens } from '../../../../src/clients/oauth-tokens.js';
import { ProviderError } from '../../../../src/errors/provider-error.js';
import { SinchSmsService } from '../../../../src/services/messages/sinch-sms/sinch-sms.service.js';
import {
  SINCH_SMS,
  type SinchSmsConfig,
} from '../../../../src/services/messages/sinch-sms/sinch-sms.wire.js';
import { noteSecret } from '../../../support/evidence.js';

export const PLAN = { servicePlanId: 'plan-of-the-tests', apiToken: 'plan-token-4f1c9b' };
export const PROJECT = {
  projectId: '6f8b2b1e-0d3a-4c7e-9a51-2f4f5b6c7d8e',
  keyId: 'key-of-the-tests',
  keySecret: 'key-secret-83aa70',
};
export const MESSAGE = {
  to: '+46700000101',
  text: '739104 is your Acme verification code. Never share it with anyone.',
  expiresAt: new Date(Date.now() + 300_000),
  timeoutMs: 30_000,
  reference: 'send-reference-1',
};
for (const secret of [PLAN.apiToken, PROJECT.keySecret, '739104']) noteSecret(secret);

interface SenderOptions {
  timeoutMs?: number;
  from?: string;
  callbackUrl?: string;
}

/** A sender with the API token of a service plan. */
export function planSender(url: string, options: SenderOptions = {}): SinchSmsService {
  const config = configOf(url, { kind: 'service-plan', ...PLAN }, options);
  const { timeoutMs = 2000 } = options;
  return new SinchSmsService(
    httpTo(url, timeoutMs),
    new StaticToken(PLAN.apiToken),
    config,
    timeoutMs,
  );
}

/** A sender with OAuth tokens of a project. */
export function projectSender(
  url: string,
  options: SenderOptions & { authUrl?: string } = {},
): SinchSmsService {
  const { timeoutMs = 2000, authUrl = url } = options;
  const config = configOf(url, { kind: 'project', ...PROJECT, authUrl }, options);
  const credentials = { provider: SINCH_SMS, ...PROJECT };
  const tokens = new OAuthTokens(httpTo(authUrl, timeoutMs), credentials);
  return new SinchSmsService(httpTo(url, timeoutMs), tokens, config, timeoutMs);
}

/** The error of a failed send. */
export async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (failure: unknown) => failure,
  );
  if (error instanceof ProviderError) return error;
  throw error;
}

function httpTo(baseUrl: string, timeoutMs: number): HttpClient {
  return new HttpClient({ provider: SINCH_SMS, baseUrl, timeoutMs });
}

function configOf(
  url: string,
  credentials: SinchSmsConfig['credentials'],
  { from, callbackUrl }: SenderOptions,
): SinchSmsConfig {
  return { url, from, credentials, callbackUrl };
}
