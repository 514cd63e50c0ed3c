import { signSinchRequest } from '../../src/clients/sinch-signing.js';
import { noteSecret } from './evidence.js';
import { FakeSinch } from './fake-sinch.js';

export const SINCH_CALLBACK = '/callbacks/sinch/verification';
export const CALLBACK_TOKEN = 'a-callback-token-for-the-tests-0123';
noteSecret(CALLBACK_TOKEN);

export interface SignedCallback {
  body: string;
  headers: Record<string, string>;
}

export interface Signing {
  applicationKey: string;
  applicationSecret: string;
  path: string;
  contentType: string;
  timestamp: string;
}

/** An event with the headers that Sinch sends, signed as Sinch signs it. */
export function signedBySinch(
  event: object | string,
  changes: Partial<Signing> = {},
): SignedCallback {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const contentType = changes.contentType ?? 'application/json; charset=utf-8';
  const { authorization, 'x-timestamp': timestamp } = signSinchRequest({
    applicationKey: FakeSinch.key,
    applicationSecret: FakeSinch.secret,
    method: 'POST',
    path: SINCH_CALLBACK,
    timestamp: new Date().toISOString().replace('Z', '0000Z'),
    ...changes,
    ...{ body, contentType },
  });
  return {
    body,
    headers: {
      authorization: authorization.replace('Application', 'application'),
      'x-timestamp': timestamp,
      'content-type': contentType,
    },
  };
}

export interface NamedSend {
  id: string;
  method?: string;
  number: string;
  reference: string;
}

function eventOf(name: string, send: NamedSend, more: object): object {
  const { id, method = 'sms', number, reference } = send;
  const identity = { type: 'number', endpoint: number };
  return { id, event: name, method, identity, reference, custom: null, ...more };
}

export const requestEvent = (send: NamedSend, more: object = {}) =>
  eventOf('VerificationRequestEvent', send, {
    price: { currencyId: 'EUR', amount: 0.0453 },
    ...more,
  });

export const resultEvent = (send: NamedSend, status: string, reason?: string) =>
  eventOf('VerificationResultEvent', send, { status, reason, source: 'manual' });

export const deliveredEvent = (send: NamedSend, smsResult = 'Successful') =>
  eventOf('VerificationSmsDeliveredEvent', send, { smsResult });
