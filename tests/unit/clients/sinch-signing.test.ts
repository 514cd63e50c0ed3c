import {
  basicAuthorization,
  contentMd5,
  signSinchRequest,
  stringToSign,
  verifySinchSignature,
} from '../../../src/clients/sinch-signing.js';

const KEY = '669E367E-6BBA-48AB-AF15-266871C28135';
const SECRET = 'BeIukql3pTKJ8RGL5zo0DA==';
const START_PATH = '/verification/v1/verifications';
const STATUS_PATH = `${START_PATH}/id/018bdf5b-8e85-1d11-d2ed-710fb8a2861f`;
const JSON_TYPE = 'application/json';

const vector = (changes: Partial<Vector>): Vector => ({
  name: '',
  applicationKey: KEY,
  applicationSecret: SECRET,
  method: 'POST',
  path: START_PATH,
  body: '',
  contentType: JSON_TYPE,
  timestamp: '2024-06-06T09:08:41.478Z',
  md5: '',
  signature: '',
  ...changes,
});

interface Vector {
  name: string;
  applicationKey: string;
  applicationSecret: string;
  method: string;
  path: string;
  body: string;
  contentType: string;
  timestamp: string;
  md5: string;
  signature: string;
}

const vectors: Vector[] = [
  vector({
    name: 'start with blanks in the body (published)',
    body: '{"identity": {"type": "number", "endpoint": "+46700000000"}, "method": "sms"}',
    timestamp: '2014-06-04T13:41:58Z',
    md5: 'c5jl2EZiU6BpQ2QiBOJ/gQ==',
    signature: 'h6rXrFayOoggyHW4ymnLlfSDkZZPg6j98lHzvOXVjvw=',
  }),
  vector({
    name: 'POST without a body (published)',
    timestamp: '2014-06-04T13:41:58Z',
    signature: 'srx3SkKXw/ryFJLfwFFzZTigPxR/1+9Ae+eB3olDIjM=',
  }),
  vector({
    name: 'call event callback (published)',
    path: '/sinch/callback/ace',
    body: '{"event":"ace","callid":"822aa4b7-05b4-4d83-87c7-1f835ee0b6f6_257","timestamp":"2014-09-24T10:59:41Z","version":1}',
    timestamp: '2014-09-24T10:59:41Z',
    md5: 'REWF+X220L4/Gw1spXOU7g==',
    signature: 'Tg6fMyo8mj9pYfWQ9ssbx3Tc1BNC87IEygAfLbJqZb4=',
  }),
  vector({
    name: 'result event callback with seven fraction digits',
    applicationKey: '789',
    applicationSecret: '9876543210',
    path: '/VerificationRequestEvent',
    body: '{"id":"018c25e1-7163-5677-b8fb-467d7b1cffa5","event":"VerificationResultEvent","method":"sms","identity":{"verified":false,"type":"number","endpoint":"+33628254417"},"status":"FAIL","reason":"Expired"}',
    contentType: 'application/json; charset=utf-8',
    timestamp: '2023-12-01T15:01:20.0406449Z',
    md5: 'COfYO/MKetfU00r0d5TxkA==',
    signature: 'xfKhO0XvlRNJraahUBEJzzi1f3Fn3pYO41/ZzwOHPaQ=',
  }),
  vector({
    name: 'content type with an upper-case charset',
    applicationKey: 'my-key-id',
    applicationSecret: 'bXkta2V5LXNlY3JldA==',
    path: '/path/pathParamValue',
    body: '{"identity":{"type":"number","endpoint":"+33444555666"},"method":"sms"}',
    contentType: 'application/json; charset=UTF-8',
    timestamp: '2023-11-22T09:10:11.999Z',
    md5: 'RkD29EocJh6t7zr5QfKM4g==',
    signature: 'QP3OzQZVzRZAEev6DBLvJkgpiqyZPuXYsc7oyjUV0K8=',
  }),
  vector({
    name: 'GET that still names a content type',
    applicationKey: 'my-key-id',
    applicationSecret: 'bXkta2V5LXNlY3JldA==',
    method: 'GET',
    path: '/path/pathParamValue',
    timestamp: '2023-11-22T09:10:11.999Z',
    signature: 'nsrLDvP6KVD/dAxb3IfAncdwjPFJVWSrseEFOcZge+A=',
  }),
  vector({
    name: 'start',
    body: '{"identity":{"type":"number","endpoint":"+46700000000"},"method":"sms"}',
    md5: 'pKXhl9sOsUjClws1oANArA==',
    signature: 'YgE0GnN5mKuc7AKwBE3xAQKct4Qw/WBS+dwidAW8uIs=',
  }),
  vector({
    name: 'report with a literal plus in the path',
    method: 'PUT',
    path: `${START_PATH}/number/+46700000000`,
    body: '{"method":"sms","sms":{"code":"1234"}}',
    md5: 'badhN2/1JzlZjefhN7fd/w==',
    signature: 'Y4+uyDpE5+jL94ipP2ABJTnujxT/hq6A2y3gsEL/3l0=',
  }),
  vector({
    name: 'status',
    method: 'GET',
    path: STATUS_PATH,
    signature: 'aMCWVn2/cugh4T9iJPPOHt8WN1DFSbPsYsi5GMdonLg=',
  }),
  vector({
    name: 'status without a content type',
    method: 'GET',
    path: STATUS_PATH,
    contentType: '',
    signature: 'GWBbf81QrHgr0JycVbiek6YXVwcgNVFrSu6jOEq2Ltk=',
  }),
  vector({
    name: 'request event callback with letters outside ASCII',
    path: '/sinch/verification/events',
    body: '{"id":"018bdf5b-8e85-1d11-d2ed-710fb8a2861f","event":"VerificationRequestEvent","method":"sms","identity":{"type":"number","endpoint":"+46700000000"},"price":{"currencyId":"EUR","amount":0.0453},"custom":"åäö"}',
    contentType: 'application/json; charset=utf-8',
    timestamp: '2024-06-06T09:08:41.4784877Z',
    md5: 'Q0vX0+fD+oubi4tCt4Axgw==',
    signature: 't6F3bRpXK2tBU1Jz+B3+jHWHj+BuertjwOgN9tZa5YQ=',
  }),
];

const first = vectors[0]!;
const signedFirst = { ...first, authorization: `Application ${KEY}:${first.signature}` };

describe('Sinch application signing', () => {
  it.each(vectors)('signs as Sinch does: $name', (example) => {
    expect(contentMd5(example.body)).toBe(example.md5);
    expect(signSinchRequest(example)).toEqual({
      authorization: `Application ${example.applicationKey}:${example.signature}`,
      'x-timestamp': example.timestamp,
    });
  });

  it.each(vectors)('accepts over raw bytes the signature of: $name', (example) => {
    const authorization = `application ${example.applicationKey}:${example.signature}`;
    const body = Buffer.from(example.body, 'utf8');
    expect(verifySinchSignature({ ...example, body, authorization })).toBe(true);
  });

  it('signs five lines', () => {
    expect(stringToSign({ ...first, method: 'post' }).split('\n')).toEqual([
      'POST',
      'c5jl2EZiU6BpQ2QiBOJ/gQ==',
      'application/json',
      'x-timestamp:2014-06-04T13:41:58Z',
      '/verification/v1/verifications',
    ]);
  });

  it('signs an empty line without a body', () => {
    expect(stringToSign({ ...first, body: '' }).split('\n')[1]).toBe('');
  });

  it('does not reproduce the inconsistent example of the signing manual', () => {
    const headers = signSinchRequest({ ...first, applicationSecret: 'JViE5vDor0Sw3WllZka15Q==' });
    expect(headers.authorization).toBe(
      `Application ${KEY}:H0Xa+YytqdCeLq2QM0gSwgjYyFGJ5wK0G2nxR7g0RpQ=`,
    );
  });
});

describe('Sinch basic authorization', () => {
  it('uses the secret as displayed', () => {
    expect(basicAuthorization(KEY, SECRET)).toBe(
      'Basic NjY5RTM2N0UtNkJCQS00OEFCLUFGMTUtMjY2ODcxQzI4MTM1OkJlSXVrcWwzcFRLSjhSR0w1em8wREE9PQ==',
    );
  });
});

describe('checking a Sinch signature', () => {
  it('accepts the original request', () => {
    expect(verifySinchSignature(signedFirst)).toBe(true);
  });

  it.each([
    ['another method', { method: 'PUT' }],
    ['another path', { path: `${START_PATH}/` }],
    ['another body', { body: first.body.replace(' ', '') }],
    ['another content type', { contentType: 'application/json; charset=utf-8' }],
    ['another time', { timestamp: '2014-06-04T13:41:59Z' }],
    ['another secret', { applicationSecret: 'JViE5vDor0Sw3WllZka15Q==' }],
    ['another key', { applicationKey: KEY.toLowerCase() }],
  ])('refuses %s', (_what, change) => {
    expect(verifySinchSignature({ ...signedFirst, ...change })).toBe(false);
  });

  it.each([
    undefined,
    '',
    'Application',
    `Application ${KEY}`,
    `Application ${KEY}:`,
    `Application ${KEY}:x`,
    `Application ${KEY}:${first.signature}x`,
    `Application ${KEY}:${first.signature} x`,
    `Application :${first.signature}`,
    `Basic ${KEY}:${first.signature}`,
    `Application ${KEY}:${'ä'.repeat(44)}`,
  ])('returns false for the header %p', (authorization) => {
    expect(verifySinchSignature({ ...signedFirst, authorization })).toBe(false);
  });

  it('refuses every signature without a secret', () => {
    const unconfigured = { ...first, applicationSecret: '' };
    const { authorization } = signSinchRequest(unconfigured);
    expect(verifySinchSignature({ ...unconfigured, authorization })).toBe(false);
  });
});
