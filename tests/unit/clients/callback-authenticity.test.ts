import {
  isSinchWebhook,
  judgeSinchCallback,
  type ReceivedCallback,
  type SinchCallbackAccount,
} from '../../../src/clients/callback-authenticity.js';
import { signedBySinch } from '../../support/callbacks.js';
import { FakeSinch } from '../../support/fake-sinch.js';

interface Vector extends Omit<SinchCallbackAccount, 'auth'> {
  name: string;
  contentType: string;
  timestamp: string;
  signature: string;
  body: string;
}

const KEY = '669E367E-6BBA-48AB-AF15-266871C28135';
const SECRET = 'BeIukql3pTKJ8RGL5zo0DA==';

const VECTORS: Vector[] = [
  {
    name: 'of the manual',
    applicationKey: KEY,
    applicationSecret: SECRET,
    path: '/sinch/callback/ace',
    contentType: 'application/json',
    timestamp: '2014-09-24T10:59:41Z',
    signature: 'Tg6fMyo8mj9pYfWQ9ssbx3Tc1BNC87IEygAfLbJqZb4=',
    body: '{"event":"ace","callid":"822aa4b7-05b4-4d83-87c7-1f835ee0b6f6_257","timestamp":"2014-09-24T10:59:41Z","version":1}',
  },
  {
    name: 'with seven digits behind the second',
    applicationKey: '789',
    applicationSecret: '9876543210',
    path: '/VerificationRequestEvent',
    contentType: 'application/json; charset=utf-8',
    timestamp: '2023-12-01T15:01:20.0406449Z',
    signature: 'xfKhO0XvlRNJraahUBEJzzi1f3Fn3pYO41/ZzwOHPaQ=',
    body: '{"id":"018c25e1-7163-5677-b8fb-467d7b1cffa5","event":"VerificationResultEvent","method":"sms","identity":{"verified":false,"type":"number","endpoint":"+33628254417"},"status":"FAIL","reason":"Expired"}',
  },
  {
    name: 'with letters outside ASCII',
    applicationKey: KEY,
    applicationSecret: SECRET,
    path: '/sinch/verification/events',
    contentType: 'application/json; charset=utf-8',
    timestamp: '2024-06-06T09:08:41.4784877Z',
    signature: 't6F3bRpXK2tBU1Jz+B3+jHWHj+BuertjwOgN9tZa5YQ=',
    body: '{"id":"018bdf5b-8e85-1d11-d2ed-710fb8a2861f","event":"VerificationRequestEvent","method":"sms","identity":{"type":"number","endpoint":"+46700000000"},"price":{"currencyId":"EUR","amount":0.0453},"custom":"åäö"}',
  },
];

const account = ({ applicationKey, applicationSecret, path }: Vector): SinchCallbackAccount => ({
  applicationKey,
  applicationSecret,
  path,
  auth: 'application',
});

function received(vector: Vector, changes: Record<string, string | undefined> = {}) {
  const headers: Record<string, string | undefined> = {
    authorization: `application ${vector.applicationKey}:${vector.signature}`,
    'x-timestamp': vector.timestamp,
    'content-type': vector.contentType,
    ...changes,
  };
  return { body: Buffer.from(vector.body), header: (name: string) => headers[name] };
}

/** Time in seconds after the signature of the vector. */
const after = (vector: Vector, seconds: number) =>
  new Date(Date.parse(vector.timestamp) + seconds * 1000);

describe.each(VECTORS)('a callback $name', (vector) => {
  test('is genuine within five minutes, in both directions', () => {
    for (const seconds of [0, 299, -299]) {
      expect(judgeSinchCallback(received(vector), account(vector), after(vector, seconds))).toBe(
        'genuine',
      );
    }
    for (const seconds of [301, -301, 86_400]) {
      expect(judgeSinchCallback(received(vector), account(vector), after(vector, seconds))).toBe(
        'timestamp',
      );
    }
  });

  test.each([
    ['another key', { applicationKey: 'another' }],
    ['another secret', { applicationSecret: Buffer.from('another').toString('base64') }],
    ['another path', { path: '/' }],
    ['no secret', { applicationSecret: '' }],
    ['a secret of no bytes', { applicationSecret: '!!!!' }],
  ])('is not genuine with %s', (_what, change) => {
    const changed = { ...account(vector), ...change };
    expect(judgeSinchCallback(received(vector), changed, after(vector, 0))).toBe('signature');
  });

  test.each([
    ['another body', { body: Buffer.from(`${vector.body} `) }],
    ['no body', { body: Buffer.alloc(0) }],
  ])('is not genuine with %s', (_what, change) => {
    const changed = { ...received(vector), ...change };
    expect(judgeSinchCallback(changed, account(vector), after(vector, 0))).toBe('signature');
  });

  test.each([
    ['no Authorization', { authorization: undefined }],
    ['another scheme', { authorization: `Bearer ${vector.applicationKey}:${vector.signature}` }],
    ['half a signature', { authorization: `application ${vector.applicationKey}:Tg6f` }],
    ['no time', { 'x-timestamp': undefined }],
    ['another time', { 'x-timestamp': '2024-06-06T09:08:41.4784878Z' }],
    ['another content type', { 'content-type': 'application/json;charset=utf-8' }],
    ['no content type', { 'content-type': undefined }],
  ])('is not genuine with %s', (_what, headers) => {
    const changed = received(vector, headers);
    expect(judgeSinchCallback(changed, account(vector), after(vector, 0))).toBe('signature');
  });
});

describe('Basic credentials', () => {
  const [vector] = VECTORS as [Vector];
  const basic = `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`;
  const judge = (authorization: string, auth: SinchCallbackAccount['auth']) =>
    judgeSinchCallback(received(vector, { authorization }), { ...account(vector), auth });

  test('are accepted only if the account uses them', () => {
    expect(judge(basic, 'basic')).toBe('genuine');
    expect(judge(basic, 'application')).toBe('signature');
    expect(judge(basic.slice(0, -2), 'basic')).toBe('signature');
    expect(judge('Basic ', 'basic')).toBe('signature');
  });
});

test('an invalid timestamp is refused, even with a valid signature', () => {
  const path = '/callbacks';
  const { body, headers } = signedBySinch('{}', { path, timestamp: 'soon' });
  const callback = { body: Buffer.from(body), header: (name: string) => headers[name] };
  const signer = { applicationKey: FakeSinch.key, applicationSecret: FakeSinch.secret };
  expect(judgeSinchCallback(callback, { ...signer, path, auth: 'application' })).toBe('timestamp');
});

describe('a delivery report that Sinch signed', () => {
  const secret = 'webhook-secret-1234';
  const body = Buffer.from(
    '{"type":"recipient_delivery_report_sms","batch_id":"01FC66621XXXXX119Z8PMV1QPQ","recipient":"46700000000","code":0,"status":"Delivered","at":"2024-06-06T08:17:19.210Z"}',
  );
  const HEADERS = {
    'x-sinch-webhook-signature': 'g160Y2eFt59tq8nepIuFv7/E2MEJFujoSUsdOIW2Kok=',
    'x-sinch-webhook-signature-nonce': '01FJA8B4A7BM43YGWSG9GBV067',
    'x-sinch-webhook-signature-timestamp': '1717661839',
    'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
  };
  const callback = (changes: Record<string, string | undefined> = {}): ReceivedCallback => ({
    body,
    header: (name) => ({ ...HEADERS, ...changes })[name as keyof typeof HEADERS],
  });

  test('is genuine at any age', () => {
    expect(isSinchWebhook(callback(), secret)).toBe(true);
  });

  test.each(Object.keys(HEADERS))('is not when %s is changed or missing', (name) => {
    expect(isSinchWebhook(callback({ [name]: 'x' }), secret)).toBe(false);
    expect(isSinchWebhook(callback({ [name]: undefined }), secret)).toBe(false);
  });

  test('is not genuine with another secret or body', () => {
    expect(isSinchWebhook(callback(), `${secret}5`)).toBe(false);
    expect(isSinchWebhook({ ...callback(), body: Buffer.from('{}') }, secret)).toBe(false);
  });
});
