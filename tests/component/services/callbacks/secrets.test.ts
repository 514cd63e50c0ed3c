import { problemFaults } from '../../http/support/problem.js';
import {
  CALLBACK_TOKEN,
  SINCH_CALLBACK,
  deliveredEvent,
  requestEvent,
  resultEvent,
  signedBySinch,
} from '../../../support/callbacks.js';
import { TestService, freshNumber } from '../../../support/service.js';

const METRICS_TOKEN = 'metrics-token-of-callbacks';
const SMS = `/callbacks/sinch/sms/${CALLBACK_TOKEN}`;
const INFOBIP = `/callbacks/infobip/${CALLBACK_TOKEN}`;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ CALLBACK_TOKEN, METRICS_TOKEN });
});
afterAll(() => service.stop());

const signed = (event: object) => {
  const { body, headers } = signedBySinch(event);
  return service.call('POST', SINCH_CALLBACK, body, headers);
};
const metrics = async () =>
  (await service.get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` })).text;

describe('the path token', () => {
  test('is in no log line, metric or response', async () => {
    const answers = [
      await service.post(SMS, { type: 'x' }),
      await service.post(INFOBIP, { results: [] }),
      await service.post(INFOBIP, 'no reports'),
      await service.post(`${SMS}/`, {}),
      await service.post(`${SMS}/more`, {}),
      await service.post(`${SMS}%zz`, {}),
      await service.post(`${SMS}?again=${CALLBACK_TOKEN}`, {}),
      await service.get(SMS),
      await service.call('PUT', INFOBIP, '{}'),
      await service.call('POST', SMS, 'x'.repeat(70_000), { 'content-type': 'application/json' }),
      await service.call('POST', SMS, '{}', { 'content-type': 'text/plain' }),
    ];
    await service.rows('ALTER TABLE verification_events RENAME TO elsewhere');
    const report = { type: 'recipient_delivery_report_sms', status: 'Delivered' };
    await service.rows('ALTER TABLE verifications RENAME TO nowhere');
    const broken = await service.post(SMS, { ...report, client_reference: 'x' });
    await service.rows('ALTER TABLE nowhere RENAME TO verifications');
    await service.rows('ALTER TABLE elsewhere RENAME TO verification_events');
    expect(problemFaults(broken, 500, 'internal_error')).toEqual([]);
    const said = [...answers, broken].map(
      ({ text, headers }) => text + JSON.stringify([...headers]),
    );
    expect(said.filter((text) => text.includes(CALLBACK_TOKEN))).toEqual([]);
    expect(service.log.lines.filter((line) => line.includes(CALLBACK_TOKEN))).toEqual([]);
    expect(await metrics()).not.toContain(CALLBACK_TOKEN);
    const routes = service.log.events('http.request').map(({ route }) => route);
    expect(new Set(routes)).toEqual(
      new Set(['/callbacks/sinch/sms/:token', '/callbacks/infobip/:token', 'none', '/metrics']),
    );
  });
});

describe('callbacks in metrics', () => {
  test('are counted by event and outcome', async () => {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber);
    const send = service.sinch.newestFor(phoneNumber);
    await signed(deliveredEvent(send));
    await signed(deliveredEvent(send));
    await signed(resultEvent(send, 'SUCCESSFUL'));
    await signed(requestEvent(send));
    await signed({ event: 'SomethingNewEvent', reference: phoneNumber });
    await service.call('POST', SINCH_CALLBACK, '{}', { 'content-type': 'application/json' });
    await service.post('/callbacks/infobip/a-token-that-is-wrong', {});
    const counted = [...(await metrics()).matchAll(/^proofline_callbacks_total(\{.*\} \d+)$/gm)];
    const sinch = counted.map(([, sample]) => sample).filter((text) => text?.includes('sinch-v'));
    const of = (event: string, outcome: string, count: number) =>
      `{provider="sinch-verification",event="${event}",outcome="${outcome}"} ${count}`;
    expect(sinch.sort()).toEqual(
      [
        of('delivery', 'recorded', 1),
        of('delivery', 'duplicate', 1),
        of('result', 'ignored', 1),
        of('request', 'denied', 1),
        of('other', 'ignored', 1),
        of('none', 'signature', 1),
      ].sort(),
    );
    expect(await metrics()).toContain('provider="infobip-2fa",event="none",outcome="token"');
    expect(await metrics()).not.toContain(phoneNumber);
  });
});

describe('callbacks in the OpenAPI document', () => {
  interface Operation {
    tags: string[];
    responses: Record<string, unknown>;
  }
  const postsOf = async (of: TestService) => {
    const { body } = await of.get('/openapi.json');
    const paths = Object.entries(body['paths'] as Record<string, { post?: Operation }>);
    return paths.filter(([path]) => path.startsWith('/callbacks/'));
  };

  test('are those that the service accepts, under their own tag', async () => {
    const found = await postsOf(service);
    expect(found.map(([path]) => path)).toEqual([
      SINCH_CALLBACK,
      '/callbacks/sinch/sms/{token}',
      '/callbacks/infobip/{token}',
    ]);
    for (const [path, { post }] of found) {
      expect([path, post?.tags]).toEqual([path, ['Callbacks']]);
      for (const status of ['200', '400', '413', '415', '503']) {
        expect([path, Object.keys(post?.responses ?? {})]).toEqual([
          path,
          expect.arrayContaining([status]),
        ]);
      }
    }
    expect(JSON.stringify(found)).not.toContain(CALLBACK_TOKEN);
  });

  test('omit delivery reports without a token', async () => {
    const plain = await TestService.start();
    try {
      expect((await postsOf(plain)).map(([path]) => path)).toEqual([SINCH_CALLBACK]);
    } finally {
      await plain.stop();
    }
  });

  test('omit Sinch Verification when it is not used', async () => {
    const without = await TestService.start({
      SINCH_VERIFICATION_URL: '',
      SINCH_APPLICATION_KEY: '',
      SINCH_APPLICATION_SECRET: '',
      VERIFICATION_PROVIDERS: 'local-code',
      SINCH_SMS_URL: 'http://127.0.0.1:9',
    });
    try {
      expect(await postsOf(without)).toEqual([]);
      const { body, headers } = signedBySinch({ event: 'x' });
      const answer = await without.call('POST', SINCH_CALLBACK, body, headers);
      expect(problemFaults(answer, 404, 'not_found')).toEqual([]);
    } finally {
      await without.stop();
    }
  });
});
