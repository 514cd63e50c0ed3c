import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import {
  verifyWebhook,
  WebhookError,
  type WebhookRequest,
} from '../../../packages/server/src/index.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const EVENT = {
  type: 'verification.verified',
  timestamp: '2026-11-30T12:00:00.000Z',
  data: { verificationId: 'v-1', phoneNumber: '+14155552671' },
};
const BODY = JSON.stringify(EVENT);

/** What the service sends: signed by the library of Standard Webhooks. */
const sent = (ageSeconds = 0, secrets = [SECRET]) => {
  const at = new Date(Date.now() - ageSeconds * 1000);
  const signatures = secrets.map((secret) => new Webhook(secret).sign('evt_1', at, BODY));
  return {
    headers: {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
    body: Buffer.from(BODY) as unknown,
  };
};
const expected = { id: 'evt_1', ...EVENT };

describe('verifyWebhook', () => {
  test('takes the requests of Express, NestJS, node:http and fetch', async () => {
    const { headers } = sent();
    const requests: (WebhookRequest | Request)[] = [
      sent(),
      { headers, body: EVENT, rawBody: Buffer.from(BODY) },
      { headers, body: BODY },
      new Request('http://127.0.0.1/', { method: 'POST', headers, body: BODY }),
    ];
    for (const request of requests)
      expect(await verifyWebhook(request, { secret: SECRET })).toEqual(expected);
  });

  test('agrees with ten lines of node:crypto', async () => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', Buffer.alloc(32, 7))
      .update(`evt_1.${timestamp}.${BODY}`)
      .digest('base64');
    const headers = {
      ...{ 'webhook-id': 'evt_1', 'webhook-timestamp': timestamp },
      'webhook-signature': `v1,${signature}`,
    };
    expect(await verifyWebhook({ headers, body: BODY }, { secret: SECRET })).toEqual(expected);
  });

  test('takes both secrets during a rotation, whichever side rotates first', async () => {
    const both = { secret: [OTHER, SECRET] };
    expect(await verifyWebhook(sent(), both)).toEqual(expected);
    expect(await verifyWebhook(sent(0, [OTHER, SECRET]), { secret: SECRET })).toEqual(expected);
  });

  test.each([
    ['another secret', sent(0, [OTHER])],
    ['one changed byte', { ...sent(), body: BODY.replace('v-1', 'v-2') }],
    ['an old timestamp', sent(301)],
    ['a timestamp of the future', sent(-302)],
    ['another id', { ...sent(), headers: { ...sent().headers, 'webhook-id': 'evt_2' } }],
    ['no signature', { ...sent(), headers: { ...sent().headers, 'webhook-signature': '' } }],
    ['no headers', { ...sent(), headers: {} }],
  ])('refuses %s', async (_, request) => {
    const refused = verifyWebhook(request, { secret: SECRET });
    await expect(refused).rejects.toBeInstanceOf(WebhookError);
    await expect(refused).rejects.toMatchObject({ code: 'webhook_invalid' });
  });

  test('says when the receiver is wrong: a parsed body, no secret', async () => {
    const parsed = { ...sent(), body: EVENT };
    await expect(verifyWebhook(parsed, { secret: SECRET })).rejects.toThrow(/raw body/);
    for (const secret of ['', [], ['']])
      await expect(verifyWebhook(sent(), { secret })).rejects.toThrow(TypeError);
  });

  test('types the event by its type', async () => {
    const event = await verifyWebhook(sent(), { secret: SECRET });
    if (event.type !== 'verification.verified') throw new Error('another event');
    const id: string = event.data.verificationId;
    expect(id).toBe('v-1');
  });
});
