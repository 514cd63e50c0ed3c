import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sinchVerification } from '../../../../src/config/providers.js';
import { eventually } from '../../development/simulator/harness.js';
import { CALLBACK_TOKEN, SINCH_CALLBACK } from '../../../support/callbacks.js';
import { noteSecret } from '../../../support/evidence.js';
import { startRig, type ProviderRig } from '../../../support/provider-rig.js';
import { freshNumber } from '../../../support/service.js';

const control = (rig: ProviderRig, knobs: object) =>
  fetch(`${rig.simulator.url}/simulator/control`, { method: 'PUT', body: JSON.stringify(knobs) });

/** The timeline, as soon as it has an entry of this type. */
function timelineWith(rig: ProviderRig, id: string, type: string) {
  return eventually(async () => {
    const { body } = await rig.service.get(`/verifications/${id}`);
    const timeline = body['timeline'] as { type: string; reason?: string }[];
    return timeline.some((entry) => entry.type === type) ? timeline : undefined;
  });
}

const typesOf = (timeline: { type: string }[]) => timeline.map(({ type }) => type);

describe('the simulated Sinch Verification calls back', () => {
  let rig: ProviderRig;
  beforeAll(async () => {
    rig = await startRig('sinch-verification', { SINCH_OWN_CODES: 'true', OTP_LENGTH: '7' });
    const callbackUrl = `${rig.service.url}${SINCH_CALLBACK}`;
    const answer = await control(rig, {
      sinchVerification: { callbackUrl, unansweredCallback: 'deny' },
    });
    expect(answer.status).toBe(200);
  });
  afterAll(() => rig.stop());

  test('requests, sends our code and reports its delivery', async () => {
    const phoneNumber = freshNumber();
    const answer = await rig.service.post('/request-otp', { phoneNumber });
    expect([answer.status, answer.body['codeLength']]).toEqual([200, 7]);
    const id = String(answer.body['verificationId']);
    expect(rig.codeFor(phoneNumber)).toMatch(/^[0-9]{7}$/);
    const timeline = await timelineWith(rig, id, 'delivered');
    expect(typesOf(timeline).sort()).toEqual(['delivered', 'requested', 'sent']);
    const proved = await rig.service.verify(id, rig.codeFor(phoneNumber));
    expect(proved.status).toBe(200);
    // Sinch's result event adds nothing to the timeline.
    await eventually(() =>
      rig.service.log.events('callback.received').find(({ event }) => event === 'result'),
    );
    const { body } = await rig.service.get(`/verifications/${id}`);
    expect(
      typesOf(body['timeline'] as { type: string }[]).filter((t) => t === 'delivered'),
    ).toEqual(['delivered']);
  });

  test('calls with our code', async () => {
    const phoneNumber = freshNumber();
    const id = await rig.service.request(phoneNumber, { channel: 'voice' });
    expect(rig.codeFor(phoneNumber)).toMatch(/^[0-9]{7}$/);
    expect((await rig.service.verify(id, rig.codeFor(phoneNumber))).status).toBe(200);
  });

  test('reports an undelivered message', async () => {
    await control(rig, { sinchVerification: { deliveryResult: 'Failed' } });
    const id = await rig.service.request(freshNumber());
    const timeline = await timelineWith(rig, id, 'undelivered');
    await control(rig, { sinchVerification: { deliveryResult: 'Successful' } });
    expect(timeline.find(({ type }) => type === 'undelivered')?.reason).toBe('delivery_failure');
    expect((await rig.service.get(`/verifications/${id}`)).body['status']).toBe('pending');
  });

  test('sends nothing with the application key but without a send of ours', async () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const start = await fetch(`${rig.simulator.url}/verification/v1/verifications`, {
      method: 'POST',
      headers: {
        authorization: `Application ${sinchVerification.variables.SINCH_APPLICATION_KEY.development}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ identity: { type: 'number', endpoint: phoneNumber }, method: 'sms' }),
    });
    expect([start.status, await start.json()]).toMatchObject([403, { errorCode: 40303 }]);
    expect(rig.messages(phoneNumber)).toBe(0);
  });
});

describe('the simulated Sinch SMS reports', () => {
  const secret = 'a webhook secret of the tests';
  let rig: ProviderRig;
  let proxy: Server;
  beforeAll(async () => {
    noteSecret(secret);
    // The service needs its URL before it listens.
    let target = '';
    proxy = createServer((req, res) => {
      const pieces: Buffer[] = [];
      req.on('data', (piece: Buffer) => pieces.push(piece));
      req.on('end', () => {
        const headers = Object.entries(req.headersDistinct).flatMap(([name, values]) =>
          (values ?? []).map((value): [string, string] => [name, value]),
        );
        const kept = headers.filter(([name]) => !['host', 'connection'].includes(name));
        fetch(target + (req.url ?? ''), {
          method: 'POST',
          headers: kept,
          body: Buffer.concat(pieces),
        })
          .then(({ status }) => res.writeHead(status).end())
          .catch(() => res.writeHead(502).end());
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    rig = await startRig('local-code on Postgres', {
      CALLBACK_TOKEN,
      PUBLIC_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      SINCH_SMS_WEBHOOK_SECRET: secret,
    });
    target = rig.service.url;
    await control(rig, { sinchSms: { webhookSecret: secret } });
  });
  afterAll(async () => {
    await rig.stop();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  test('delivered messages', async () => {
    const phoneNumber = freshNumber();
    const id = await rig.service.request(phoneNumber);
    expect(typesOf(await timelineWith(rig, id, 'delivered')).sort()).toEqual([
      'delivered',
      'requested',
      'sent',
    ]);
    expect((await rig.service.verify(id, rig.codeFor(phoneNumber))).status).toBe(200);
  });

  test('undelivered messages with the reason', async () => {
    await control(rig, { sinchSms: { finalCode: 413 } });
    const id = await rig.service.request(freshNumber());
    const timeline = await timelineWith(rig, id, 'undelivered');
    await control(rig, { sinchSms: { finalCode: 0 } });
    expect(timeline.find(({ type }) => type === 'undelivered')?.reason).toBe('aborted');
  });

  test('nothing without a signature', async () => {
    await control(rig, { sinchSms: { webhookSecret: 'another secret than ours' } });
    const before = rig.service.log.events('callback.refused').length;
    const id = await rig.service.request(freshNumber());
    await eventually(() => rig.service.log.events('callback.refused').length > before);
    await control(rig, { sinchSms: { webhookSecret: secret } });
    const { body } = await rig.service.get(`/verifications/${id}`);
    expect(typesOf(body['timeline'] as { type: string }[])).toEqual(['requested', 'sent']);
  });
});

describe('Infobip reports by the message id that its answer to the send gave', () => {
  test('delivered messages, except those that a resend replaced', async () => {
    const rig = await startRig('infobip-2fa', { CALLBACK_TOKEN });
    try {
      const id = await rig.service.request(freshNumber());
      const messageOf = async () => {
        const sql = 'SELECT provider_message_id AS message FROM verifications WHERE id = $1';
        return String((await rig.service.rows(sql, [id]))[0]?.['message']);
      };
      const report = (messageId: string, groupName: string) =>
        rig.service.post(`/callbacks/infobip/${CALLBACK_TOKEN}`, {
          results: [{ messageId, status: { groupId: 3, groupName } }],
        });
      const first = await messageOf();
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      await rig.service.post(`/verifications/${id}/resend`, {});
      const second = await messageOf();
      expect(second).not.toBe(first);
      await report(first, 'UNDELIVERABLE');
      await report(second, 'DELIVERED');
      expect(typesOf(await timelineWith(rig, id, 'delivered'))).toEqual([
        'requested',
        'sent',
        'resend_requested',
        'sent',
        'delivered',
      ]);
    } finally {
      await rig.stop();
    }
  });
});
