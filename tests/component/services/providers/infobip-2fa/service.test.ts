import { send } from '../../../development/simulator/harness.js';
import { startRig, type ProviderRig } from '../../../../support/provider-rig.js';
import { freshNumber } from '../../../../support/service.js';

/** Behaviour of the service that is specific to Infobip; the rest is in every-provider.test.ts. */
describe('verifications by Infobip 2FA', () => {
  let rig: ProviderRig;
  beforeAll(async () => {
    rig = await startRig('infobip-2fa');
  });
  afterAll(() => rig.stop());

  const calls = async () => {
    const path = '/simulator/calls';
    const { body } = await send(rig.simulator.url, { method: 'GET', path });
    return (body as unknown as { path: string }[]).map((call) => call.path);
  };
  const control = (body: unknown) =>
    send(rig.simulator.url, { method: 'PUT', path: '/simulator/control', body });
  const rowOf = async (id: string) =>
    (await rig.service.rows('SELECT * FROM verifications WHERE id = $1', [id]))[0]!;

  it('does not reveal the PIN id', async () => {
    const phoneNumber = freshNumber();
    const sent = await rig.service.post('/request-otp', { phoneNumber });
    const id = String(sent.body['verificationId']);
    const pinIds = [String((await rowOf(id))['provider_reference'])];
    const texts = [
      sent,
      await rig.service.verify(id, rig.wrongCodeFor(phoneNumber)),
      await rig.service.post(`/verifications/${id}/resend`, {}),
      await rig.service.get(`/verifications/${id}`),
      await rig.service.verify(id, rig.codeFor(phoneNumber)),
      await rig.service.get(`/verifications/${id}`),
    ].map(({ text }) => text);
    pinIds.push(String((await rowOf(id))['provider_reference']));
    expect(new Set(pinIds).size).toBe(2);
    expect(await calls()).toEqual(
      expect.arrayContaining(pinIds.map((pinId) => `/2fa/2/pin/${pinId}/verify`)),
    );
    for (const pinId of pinIds) {
      expect(pinId).toMatch(/^[0-9A-F]{32}$/);
      expect([...texts, ...rig.service.log.lines].join('\n')).not.toContain(pinId);
    }
  });

  it('replaces the PIN with a resend, also by call', async () => {
    const phoneNumber = freshNumber();
    const id = await rig.service.request(phoneNumber);
    const first = rig.codeFor(phoneNumber);
    const channels = ['sms'];
    do {
      const resent = await rig.service.post(`/verifications/${id}/resend`, { channel: 'voice' });
      expect([resent.status, resent.body['channel']]).toEqual([200, 'voice']);
      channels.unshift('voice');
      expect(rig.simulator.inbox.list(phoneNumber).map(({ channel }) => channel)).toEqual(channels);
    } while (rig.codeFor(phoneNumber) === first);
    expect((await rig.service.verify(id, first)).status).toBe(401);
    expect((await rig.service.verify(id, rig.codeFor(phoneNumber))).status).toBe(200);
    expect((await calls()).filter((path) => path.includes('/resend'))).toEqual([]);
  });

  it('answers that the destination is refused when Infobip does not send', async () => {
    await control({ infobip2fa: { smsStatus: 'MESSAGE_NOT_SENT' } });
    const phoneNumber = freshNumber();
    const answer = await rig.service.post('/request-otp', { phoneNumber });
    await control({ infobip2fa: { smsStatus: 'MESSAGE_SENT' } });
    expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
    expect(rig.messages(phoneNumber)).toBe(0);
  });

  it('approves no code after a lost response to the send', async () => {
    const phoneNumber = freshNumber();
    await control({
      faults: [{ kind: 'reset', process: true, count: 1, operation: 'start' }],
    });
    const answer = await rig.service.post('/request-otp', { phoneNumber });
    expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
    expect(rig.messages(phoneNumber)).toBe(1);
    const before = (await calls()).length;
    const checked = await rig.service.verify(
      String(answer.body['verificationId']),
      rig.codeFor(phoneNumber),
    );
    expect([checked.status, checked.body['code']]).toEqual([401, 'code_invalid']);
    expect((await calls()).length).toBe(before);
  });

  it('refunds the attempt when Infobip limits checks', async () => {
    const phoneNumber = freshNumber();
    const id = await rig.service.request(phoneNumber);
    await control({ faults: [{ kind: 'error', errorCode: 42900, operation: 'report', count: 1 }] });
    const refused = await rig.service.verify(id, rig.codeFor(phoneNumber));
    expect([refused.status, refused.body['code']]).toEqual([503, 'provider_unavailable']);
    expect((await rowOf(id))['attempts']).toBe(0);
    expect((await rig.service.verify(id, rig.codeFor(phoneNumber))).status).toBe(200);
  });

  it('does not offer what Infobip cannot do', async () => {
    const channel = 'whatsapp';
    const answer = await rig.service.post('/request-otp', { phoneNumber: freshNumber(), channel });
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
  });
});
