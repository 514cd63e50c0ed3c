import { setTimeout as sleep } from 'node:timers/promises';
import { footprint } from '../../http/support/footprint.js';
import { problemFaults } from '../../http/support/problem.js';
import {
  SINCH_CALLBACK,
  deliveredEvent,
  signedBySinch,
  type SignedCallback,
} from '../../../support/callbacks.js';
import { FakeSinch } from '../../../support/fake-sinch.js';
import { TestService, freshNumber } from '../../../support/service.js';

let service: TestService;
let event: object;
beforeAll(async () => {
  service = await TestService.start();
  const phoneNumber = freshNumber();
  await service.request(phoneNumber);
  event = deliveredEvent(service.sinch.newestFor(phoneNumber));
});
afterAll(() => service.stop());

const deliver = ({ body, headers }: SignedCallback, path = SINCH_CALLBACK) =>
  service.call('POST', path, body, headers);
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const without = (name: string): SignedCallback => {
  const { body, headers } = signedBySinch(event);
  return { body, headers: Object.fromEntries(Object.entries(headers).filter(([n]) => n !== name)) };
};
const withHeader = (name: string, value: string): SignedCallback => {
  const { body, headers } = signedBySinch(event);
  return { body, headers: { ...headers, [name]: value } };
};

describe('a forged callback', () => {
  const basic = `Basic ${Buffer.from(`${FakeSinch.key}:${FakeSinch.secret}`).toString('base64')}`;
  const rows: [name: string, make: () => SignedCallback][] = [
    ['signed with another secret', () => signedBySinch(event, { applicationSecret: 'AAAA' })],
    ['signed for another key', () => signedBySinch(event, { applicationKey: 'another' })],
    ['signed for another path', () => signedBySinch(event, { path: `${SINCH_CALLBACK}/` })],
    ['signed more than five minutes ago', () => signedBySinch(event, { timestamp: ago(301) })],
    ['signed in more than five minutes', () => signedBySinch(event, { timestamp: ago(-305) })],
    ['signed at no time', () => signedBySinch(event, { timestamp: 'now' })],
    [
      'of another body',
      () => ({ ...signedBySinch(event), body: JSON.stringify({ ...event, status: 'SUCCESSFUL' }) }),
    ],
    [
      'with a reformatted body',
      () => ({ ...signedBySinch(event), body: JSON.stringify(event, null, 1) }),
    ],
    ['without a body', () => ({ ...signedBySinch(event), body: '' })],
    ['without Authorization', () => without('authorization')],
    ['without a time', () => without('x-timestamp')],
    ['with Basic credentials in place of a signature', () => withHeader('authorization', basic)],
    ['with the key only', () => withHeader('authorization', `application ${FakeSinch.key}`)],
    ['with another charset', () => withHeader('content-type', 'application/json;charset=utf-8')],
    [
      'cut short',
      () => {
        const { authorization = '' } = signedBySinch(event).headers;
        return withHeader('authorization', authorization.slice(0, -1));
      },
    ],
  ];

  test.each(rows)('%s is a 401 and changes nothing', async (_name, make) => {
    const before = await footprint(service);
    const answer = await deliver(make());
    expect(problemFaults(answer, 401, 'callback_refused')).toEqual([]);
    expect(await footprint(service)).toEqual(before);
  });

  test('is logged with the reason only', async () => {
    const before = service.log.lines.length;
    await deliver(signedBySinch(event, { timestamp: ago(400) }));
    await deliver(without('authorization'));
    await sleep(20);
    const lines = service.log.lines.slice(before).map((line) => JSON.parse(line) as object);
    expect(lines.filter((line) => 'outcome' in line)).toEqual(
      ['timestamp', 'signature'].map((outcome) => ({
        level: 'warn',
        message: 'callback.refused',
        provider: 'sinch-verification',
        outcome,
        timestamp: expect.any(String),
        requestId: expect.any(String),
        ip: '127.0.0.1',
      })),
    );
  });
});

describe('a genuine callback', () => {
  test('is recorded once, however often it is replayed', async () => {
    const callback = signedBySinch(event);
    const first = await deliver(callback);
    expect([first.status, first.text]).toEqual([200, '{}']);
    const after = await footprint(service);
    for (let i = 0; i < 5; i += 1) expect((await deliver(callback)).status).toBe(200);
    expect(await footprint(service)).toEqual(after);
    const events = await service.rows(`SELECT 1 FROM verification_events WHERE type = 'delivered'`);
    expect(events).toHaveLength(1);
  });

  test('may be five minutes old or early', async () => {
    for (const seconds of [295, -295]) {
      const { status } = await deliver(signedBySinch(event, { timestamp: ago(seconds) }));
      expect([seconds, status]).toEqual([seconds, 200]);
    }
  });

  test.each([
    ['that is not JSON', '{"event":'],
    ['that is not an object', '[]'],
    ['without an event', '{"id":"1"}'],
    ['with an event that is not a string', '{"event":7}'],
    [
      'with a reference that is not a string',
      '{"event":"VerificationResultEvent","reference":["a"]}',
    ],
    ['that is empty', ''],
  ])('%s is a 400', async (_name, body) => {
    const before = await footprint(service);
    const answer = await deliver(signedBySinch(body));
    expect(problemFaults(answer, 400, 'invalid_request')).toEqual([]);
    expect(await footprint(service)).toEqual(before);
  });

  test.each([
    ['an unknown event', { event: 'VerificationSomethingNewEvent' }],
    ['a send of another service', deliveredEvent({ id: '1', number: '+1', reference: 'nobody' })],
    ['a send without a reference', { event: 'VerificationSmsDeliveredEvent', smsResult: 'Failed' }],
    ['a reference of null', { event: 'VerificationResultEvent', reference: null, status: 'ERROR' }],
    ['unknown members', { event: 'x', more: { and: ['more'] } }],
  ])('about %s is taken and changes nothing', async (_name, unknown) => {
    const before = await footprint(service);
    const answer = await deliver(signedBySinch(unknown));
    expect([answer.status, answer.text]).toEqual([200, '{}']);
    expect(await footprint(service)).toEqual(before);
  });

  test('is limited to 64 KB', async () => {
    const filled = (bytes: number) => {
      const text = JSON.stringify({ event: 'x', filler: '' });
      return text.replace('""', `"${'x'.repeat(bytes - text.length)}"`);
    };
    expect((await deliver(signedBySinch(filled(64 * 1024)))).status).toBe(200);
    const answer = await deliver(signedBySinch(filled(64 * 1024 + 1)));
    expect(problemFaults(answer, 413, 'payload_too_large')).toEqual([]);
  });

  test.each([
    ['content-type', 'text/plain'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['content-encoding', 'gzip'],
  ])('with %s %s is a 415', async (name, value) => {
    const { body, headers } = signedBySinch(event, {
      ...(name === 'content-type' && { contentType: value }),
    });
    const answer = await deliver({ body, headers: { ...headers, [name]: value } });
    expect(problemFaults(answer, 415, 'unsupported_media_type')).toEqual([]);
  });
});

describe('behind a proxy that strips a path prefix', () => {
  test('the signature covers the public path', async () => {
    const proxied = await TestService.start({ PUBLIC_URL: 'https://example.com/otp/' });
    try {
      const call = (path: string) => {
        const { body, headers } = signedBySinch({ event: 'x' }, { path });
        return proxied.call('POST', SINCH_CALLBACK, body, headers);
      };
      expect((await call(`/otp${SINCH_CALLBACK}`)).status).toBe(200);
      expect((await call(SINCH_CALLBACK)).status).toBe(401);
    } finally {
      await proxied.stop();
    }
  });
});

describe('with SINCH_AUTH=basic', () => {
  test('Basic credentials and signatures are both accepted', async () => {
    const basic = await TestService.start({ SINCH_AUTH: 'basic' });
    try {
      const call = (authorization: string) =>
        basic.call('POST', SINCH_CALLBACK, '{"event":"x"}', {
          authorization,
          'content-type': 'application/json',
        });
      const of = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
      expect((await call(of(`${FakeSinch.key}:${FakeSinch.secret}`))).status).toBe(200);
      expect((await call(of(`${FakeSinch.key}:another`))).status).toBe(401);
      expect((await call(of(''))).status).toBe(401);
      const { body, headers } = signedBySinch({ event: 'x' });
      expect((await basic.call('POST', SINCH_CALLBACK, body, headers)).status).toBe(200);
    } finally {
      await basic.stop();
    }
  });
});
