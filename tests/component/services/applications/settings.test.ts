import { createApplication, type TestApplication } from '../../../support/applications.js';
import { noteSecret } from '../../../support/evidence.js';
import { startRig, type ProviderRig } from '../../../support/provider-rig.js';
import { freshNumber } from '../../../support/service.js';

let rig: ProviderRig;
let shop: TestApplication;
let plain: TestApplication;
beforeAll(async () => {
  rig = await startRig('local-code on Postgres', { CALLERS: 'keys', OTP_COUNTRIES: 'US' });
  shop = await createApplication(rig.service, 'shop', {
    brand: 'Corner Shop',
    codeLength: 8,
    codeTtlSeconds: 120,
    countries: ['US', 'SE'],
  });
  plain = await createApplication(rig.service, 'plain', { channels: ['voice'] });
});
afterAll(() => rig.stop());

const request = ({ backend }: TestApplication, phoneNumber = freshNumber(), more = {}) => {
  noteSecret(phoneNumber);
  return rig.service.post('/request-otp', { phoneNumber, ...more }, backend);
};
const secondsLeft = ({ body }: { body: Record<string, unknown> }) =>
  Math.round((Date.parse(String(body['expiresAt'])) - Date.now()) / 10_000) * 10;

test('brand, length and life of codes are those of the application, also after a resend', async () => {
  const phoneNumber = freshNumber();
  const first = await request(shop, phoneNumber);
  expect([first.status, first.body['codeLength'], secondsLeft(first)]).toEqual([200, 8, 120]);
  const id = String(first.body['verificationId']);
  const again = await rig.service.post(`/verifications/${id}/resend`, {}, shop.backend);
  expect([again.status, again.body['codeLength'], secondsLeft(again)]).toEqual([200, 8, 120]);
  const code = rig.codeFor(phoneNumber);
  expect(code).toMatch(/^[0-9]{8}$/);
  expect(rig.simulator.inbox.list(phoneNumber)[0]?.text).toContain('Corner Shop');
  const verified = await rig.service.post(
    '/verify-otp',
    { verificationId: id, code },
    shop.backend,
  );
  expect(verified.status).toBe(200);
});

test('countries of an application replace those of the service', async () => {
  const swedish = '+46701740605';
  expect((await request(shop, swedish)).status).toBe(200);
  const refused = await request(plain, swedish, { channel: 'voice' });
  expect([refused.status, refused.body['code']]).toEqual([403, 'region_not_allowed']);
});

test('channels of an application restrict those of the service', async () => {
  const refused = await request(plain);
  expect([refused.status, refused.body['errors']]).toEqual([
    400,
    [{ pointer: '/channel', message: '"sms" is not supported' }],
  ]);
});
