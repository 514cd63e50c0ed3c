import { HttpClient } from '../../../../../src/clients/http-client.js';
import { Infobip2faService } from '../../../../../src/services/providers/infobip-2fa/infobip-2fa.service.js';
import {
  INFOBIP_2FA,
  type InfobipConfig,
} from '../../../../../src/services/providers/infobip-2fa/infobip-2fa.wire.js';
import type { CheckSubject, StartRequest } from '../../../../../src/services/providers/provider.js';
import { noteSecret } from '../../../../support/evidence.js';
import { ACCOUNT, PHONE } from '../../../development/simulator/infobip-harness.js';

export const PIN_ID = '9C817C6F8AF3D48F9FE553282AFA2B67';
export const SENT = { pinId: PIN_ID, to: '41793026727', smsStatus: 'MESSAGE_SENT' };
for (const secret of [ACCOUNT.apiKey, PIN_ID]) noteSecret(secret);

/** A provider with a short timeout that calls the given server. */
export function infobipAt(
  url: string,
  changes: Partial<InfobipConfig> = {},
  timeoutMs = 300,
): Infobip2faService {
  const http = new HttpClient({ provider: INFOBIP_2FA, baseUrl: url, timeoutMs });
  return new Infobip2faService(http, { url, ...ACCOUNT, numberLookup: false, ...changes });
}

/** An HTTP client for the Infobip API of a test. */
export function infobipHttp(url: string, timeoutMs = 2000): HttpClient {
  return new HttpClient({ provider: INFOBIP_2FA, baseUrl: url, timeoutMs });
}

export function startRequest(changes: Partial<StartRequest> = {}): StartRequest {
  return {
    verificationId: 'ver_of_the_tests',
    phoneNumber: PHONE,
    channel: 'sms',
    purpose: 'login',
    locale: 'sv-SE',
    sendReference: 'send-of-the-tests',
    ttlSeconds: 300,
    expiresAt: new Date(Date.now() + 300_000),
    timeoutMs: 30_000,
    ...changes,
  };
}

export function subject(changes: Partial<CheckSubject> = {}): CheckSubject {
  return {
    id: 'ver_of_the_tests',
    phoneNumber: PHONE,
    channel: 'sms',
    purpose: 'login',
    sendReference: 'send-of-the-tests',
    providerReference: PIN_ID,
    ...changes,
  };
}

/** Error body of the 2FA API. */
export function requestError(
  messageId: string,
  validationErrors?: Record<string, string[]>,
  text = 'Their own words about 739104.',
) {
  return { requestError: { serviceException: { messageId, text, validationErrors } } };
}

/** Error body of newer Infobip APIs. */
export function platformError(errorCode: string, properties: string[] = []) {
  const violations = properties.map((property) => ({ property, violation: 'Must not be null.' }));
  const description = 'Their own words about 739104.';
  return { errorCode, description, action: 'Adjust.', violations, resources: [] };
}
