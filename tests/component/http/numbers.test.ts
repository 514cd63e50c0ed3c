import { decodeJwt } from 'jose';
import { readPattern } from '../../../src/cli/arguments.js';
import { footprint } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { TestService, freshNumber } from '../../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

// libphonenumber reads each of these as +46701234567 unless its input is restricted.
const DISGUISES: readonly (readonly [name: string, phoneNumber: string])[] = [
  ['words around it', 'call me +46701234567 now'],
  ['full-width digits', '+４６７０１２３４５６７'],
  ['a full-width plus', '＋46701234567'],
  ['Arabic digits', '+٤٦٧٠١٢٣٤٥٦٧'],
  ['Persian digits', '+۴۶۷۰۱۲۳۴۵۶۷'],
  ['one foreign digit', '+4670123456７'],
  ['a right-to-left override behind it', '+46701234567\u202e'],
  ['a word joiner in it', '+46701\u2060234567'],
  ['an RFC 3966 extension', '+46701234567;ext=99'],
  ['an extension', '+46701234567 ext. 99'],
  ['an x', '+46701234567x99'],
  ['tel:', 'tel:+46701234567'],
  ['a tab', '+46\t701234567'],
  ['a line feed behind it', '+46701234567\n'],
  ['a no-break space', '+46\u00a0701234567'],
  ['an en dash', '+4670–1234567'],
  ['a slash', '+46/701234567'],
  ['a comma', '+46701234567,1'],
  ['two numbers', '+46701234567+46701234568'],
  ['two plus signs', '++46701234567'],
  ['the plus in the middle', '46+701234567'],
  ['letters for digits', '+1415555CODE'],
];

test.each(['/request-otp', '/send-otp', '/verify-otp'])(
  'POST %s refuses a number in disguise',
  async (path) => {
    const before = await footprint(service);
    const faults: string[] = [];
    for (const [name, phoneNumber] of DISGUISES) {
      for (const country of [undefined, 'SE']) {
        const more = path === '/verify-otp' ? { code: '1234' } : {};
        const answer = await service.post(path, { phoneNumber, country, ...more });
        faults.push(...named(name, problemFaults(answer, 400, 'invalid_phone_number')));
      }
    }
    expect(faults).toEqual([]);
    expect(await footprint(service)).toEqual(before);
  },
);

test.each([
  ['+46701234567890123', 'too long'],
  ['+4670', 'too short'],
  ['+0701234567', 'a country code that begins with 0'],
  ['+9991234567', 'a country code that nobody has'],
  ['+88312345678901', 'a number of no country'],
  ['0701234567', 'a national number without its country'],
  ['911', 'an emergency number'],
  ['+1911', 'an emergency number, internationally'],
  ['+15555550100', 'an area code that does not exist'],
])('refuses %s: %s', async (phoneNumber) => {
  const before = await footprint(service);
  const answer = await service.post('/request-otp', { phoneNumber });
  expect(problemFaults(answer, 400, 'invalid_phone_number')).toEqual([]);
  expect(await footprint(service)).toEqual(before);
});

test.each([
  ['+19005550123', 'premium rate'],
  ['+449098790000', 'premium rate'],
  ['+33891234567', 'premium rate'],
  ['+46771234567', 'shared cost'],
  ['+18005551234', 'toll free'],
  ['+447640123456', 'pager'],
  ['+445512345678', 'UAN'],
  ['+41860791234567', 'voicemail'],
  ['+445612345678', 'VoIP'],
  ['+46180123456', 'landline'],
  ['+447012345678', 'personal'],
  ['+15005550006', 'personal'],
])('sends nothing to %s: %s', async (phoneNumber) => {
  const before = await footprint(service);
  const answer = await service.post('/request-otp', { phoneNumber });
  expect(problemFaults(answer, 403, 'number_type_not_allowed')).toEqual([]);
  expect(await footprint(service)).toEqual(before);
});

test.each([
  ['VoIP', 'OTP_ALLOW_VOIP', '+445612345678', '+447012345678'],
  ['personal', 'OTP_ALLOW_PERSONAL', '+447012345678', '+445612345678'],
])('%s numbers are served if the operator allows them', async (_type, variable, allowed, other) => {
  const lenient = await TestService.start({ [variable]: 'true' });
  try {
    const answer = await lenient.post('/request-otp', { phoneNumber: allowed });
    expect(answer.status).toBe(200);
    const refused = await lenient.post('/request-otp', { phoneNumber: other });
    expect(problemFaults(refused, 403, 'number_type_not_allowed')).toEqual([]);
    expect(lenient.sinch.messages).toBe(1);
  } finally {
    await lenient.stop();
  }
});

const SPELLINGS: readonly [e164: string, spellings: [text: string, country?: string][]][] = [
  [
    '+46701234567',
    [
      ['+46701234567'],
      ['+46 70 123 45 67'],
      ['+46-70-123-45-67'],
      ['+46.70.123.45.67'],
      ['+46 (0)70-123 45 67'],
      ['070-123 45 67', 'SE'],
      ['(070) 1234567', 'SE'],
      ['0046701234567', 'SE'],
      ['011 46 701234567', 'US'],
      ['701234567', 'SE'],
      ['+46701234567', 'US'],
    ],
  ],
  [
    '+5491123456789',
    [['11 2345-6789', 'AR'], ['+541123456789'], ['011 15 2345-6789', 'AR'], ['+5491123456789']],
  ],
  ['+525512345678', [['+52 1 55 1234 5678'], ['55 1234 5678', 'MX'], ['+525512345678']]],
];

test('all documented spellings of a number are one number, for limits, checks, proofs and operators', async () => {
  const limited = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
  try {
    for (const [e164, spellings] of SPELLINGS) {
      const statuses: number[] = [];
      for (const [phoneNumber, country] of spellings) {
        statuses.push((await limited.post('/request-otp', { phoneNumber, country })).status);
      }
      expect(statuses).toEqual([200, ...Array<number>(spellings.length - 1).fill(429)]);
      const code = limited.sinch.codeFor(e164);
      const [[phoneNumber, country] = ['']] = spellings.slice(-2);
      const answer = await limited.post('/verify-otp', { phoneNumber, country, code });
      expect([answer.status, answer.body['phoneNumber']]).toEqual([200, e164]);
      expect(decodeJwt(String(answer.body['proof'])).sub).toBe(e164);
    }
    expect(limited.sinch.messages).toBe(SPELLINGS.length);
    const rows = await limited.rows('SELECT phone_number FROM users ORDER BY phone_number');
    expect(rows.map((row) => row['phone_number'])).toEqual(SPELLINGS.map(([e164]) => e164).sort());
  } finally {
    await limited.stop();
  }
});

test('a rule of the operator covers a number in each of its forms', async () => {
  const pattern = { number: '+5491123456789', text: '+541123456789' };
  expect(readPattern(pattern.text)).toBe(pattern.number);
  await service.rows(
    "INSERT INTO number_rules (pattern, kind) VALUES ('+5411*', 'block'), ('+5215*', 'block')",
  );
  for (const phoneNumber of ['+541123456789', '+5491123456789', '+52 55 1234 5678']) {
    const answer = await service.post('/request-otp', { phoneNumber });
    expect(problemFaults(answer, 403, 'number_blocked')).toEqual([]);
  }
});

test('a code sent to one spelling can be checked with another, in the digits of any script', async () => {
  const phoneNumber = freshNumber();
  await service.request(phoneNumber);
  const code = service.sinch
    .codeFor(phoneNumber)
    .replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  const national = `(${phoneNumber.slice(2, 5)}) ${phoneNumber.slice(5)}`;
  const answer = await service.post('/verify-otp', { phoneNumber: national, country: 'US', code });
  expect([answer.status, answer.body['phoneNumber']]).toEqual([200, phoneNumber]);
});
