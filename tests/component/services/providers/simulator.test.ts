import {
  APPLICATION,
  startTestSimulator,
  type TestSimulator,
} from '../../development/simulator/harness.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService, freshNumber } from '../../../support/service.js';

let simulator: TestSimulator;
let service: TestService;
beforeAll(async () => {
  simulator = await startTestSimulator();
  service = await TestService.start({
    SINCH_VERIFICATION_URL: simulator.url,
    SINCH_APPLICATION_KEY: APPLICATION.applicationKey,
    SINCH_APPLICATION_SECRET: APPLICATION.applicationSecret,
  });
});
afterAll(async () => {
  await service.stop();
  await simulator.close();
});

/** Number of answered calls of one method. */
async function answered(method: string): Promise<number> {
  return (await simulator.calls()).filter((call) => call.method === method).length;
}

describe('against the simulated Sinch', () => {
  test.each([
    ['sms', '0000000000'],
    ['voice', '0000000000'],
    ['flashcall', '+441111111111'],
    ['whatsapp', '0000000000'],
  ])('%s: what the phone received is right, anything else is wrong', async (channel, wrong) => {
    const phoneNumber = freshNumber();
    const [starts, reports] = [await answered('POST'), await answered('PUT')];
    const verificationId = await service.request(phoneNumber, { channel, locale: 'sv-SE' });
    const messages = simulator.inbox.list(phoneNumber);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.channel).toBe(channel);
    const code = simulator.codeOf(phoneNumber);
    noteSecret(code);
    expect((await service.verify(verificationId, wrong)).status).toBe(401);
    expect((await service.verify(verificationId, code)).status).toBe(200);
    expect([await answered('POST'), await answered('PUT')]).toEqual([starts + 1, reports + 2]);
  });

  test('voice uses the requested language', async () => {
    const phoneNumber = freshNumber();
    await service.request(phoneNumber, { channel: 'voice', locale: 'sv-SE' });
    expect(simulator.inbox.list(phoneNumber)[0]?.text).toMatch(/^Din verifieringskod/);
  });

  test('flashcall: the filter matches the calling number', async () => {
    const phoneNumber = freshNumber();
    const answer = await service.post('/request-otp', { phoneNumber, channel: 'flashcall' });
    noteSecret(simulator.codeOf(phoneNumber));
    expect(simulator.codeOf(phoneNumber)).toMatch(new RegExp(String(answer.body['cliFilter'])));
  });

  test('seamless: succeeds only after the device has opened the URI', async () => {
    const phoneNumber = freshNumber();
    const answer = await service.post('/request-otp', { phoneNumber, channel: 'seamless' });
    const verificationId = String(answer.body['verificationId']);
    expect((await service.verify(verificationId, 'seamless')).status).toBe(401);
    expect((await fetch(String(answer.body['targetUri']))).status).toBe(200);
    const proved = await service.verify(verificationId, 'seamless');
    expect([proved.status, proved.body['phoneNumber']]).toEqual([200, phoneNumber]);
  });

  test('a resend by voice replaces the text message', async () => {
    const phoneNumber = freshNumber();
    const verificationId = await service.request(phoneNumber);
    const old = simulator.codeOf(phoneNumber);
    const resend = () =>
      service.post(`/verifications/${verificationId}/resend`, { channel: 'voice' });
    do {
      expect((await resend()).status).toBe(200);
    } while (simulator.codeOf(phoneNumber) === old);
    const code = simulator.codeOf(phoneNumber);
    for (const secret of [old, code]) noteSecret(secret);
    expect((await service.verify(verificationId, old)).status).toBe(401);
    expect((await service.verify(verificationId, code)).status).toBe(200);
  });
});
