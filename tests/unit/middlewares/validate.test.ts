import type { Request, Response } from 'express';
import { z } from 'zod';
import { idleContainer } from '../../../scripts/docs/openapi.js';
import { AppError, type InputFault } from '../../../src/errors/app-error.js';
import { validateBody } from '../../../src/middlewares/validate.js';
import type { Route } from '../../../src/routes/route.js';
import { loginVerifyBody } from '../../../src/schemas/account.schema.js';
import { BODY_EXAMPLES } from '../../../src/schemas/examples.js';
import { requestOtpBody, resendBody, verifyOtpBody } from '../../../src/schemas/otp.schema.js';
import { proofBody } from '../../../src/schemas/proof.schema.js';

const ZOD = 'a text of zod';

// Every text of zod, of any version and locale, comes from here.
beforeAll(() => z.config({ localeError: () => ZOD }));
afterAll(() => z.config(z.locales.en()));

/** The faults that the API would answer; none for a valid body. */
function faultsOf(schema: z.ZodType, body: unknown): InputFault[] {
  let faults: InputFault[] = [];
  const next = (error?: unknown) => {
    if (error instanceof AppError) faults = error.extras.errors ?? [];
  };
  void validateBody(schema)({ body } as unknown as Request, {} as unknown as Response, next);
  return faults;
}

const NUMBER = { phoneNumber: '+14155552671' };
const PAYMENT = { amount: '39.99', currency: 'EUR', payee: 'Example Shop' };
const paying = (change: object) => ({ ...NUMBER, purpose: 'transaction', binding: change });

const CASES: [name: string, schema: z.ZodType, body: unknown, faults: [string, string][]][] = [
  ['no body', requestOtpBody, undefined, [['', 'is required']]],
  ['null', requestOtpBody, null, [['', 'must be an object']]],
  ['an array', requestOtpBody, [NUMBER], [['', 'must be an object']]],
  ['a string', requestOtpBody, '+14155552671', [['', 'must be an object']]],
  ['a missing field', requestOtpBody, {}, [['/phoneNumber', 'is required']]],
  ['an empty field', requestOtpBody, { phoneNumber: '' }, [['/phoneNumber', 'must not be empty']]],
  [
    'null in a field',
    requestOtpBody,
    { phoneNumber: null },
    [['/phoneNumber', 'must be a string']],
  ],
  [
    'a number in a field',
    requestOtpBody,
    { phoneNumber: 14155552671 },
    [['/phoneNumber', 'must be a string']],
  ],
  [
    'a field that is too long',
    requestOtpBody,
    { phoneNumber: '1'.repeat(41) },
    [['/phoneNumber', 'must have at most 40 characters']],
  ],
  [
    'a country in lower case',
    requestOtpBody,
    { ...NUMBER, country: 'us' },
    [['/country', 'must be an upper-case ISO 3166-1 alpha-2 code']],
  ],
  [
    'an empty reference',
    requestOtpBody,
    { ...NUMBER, reference: '' },
    [['/reference', 'must not be empty']],
  ],
  [
    'an unknown channel',
    requestOtpBody,
    { ...NUMBER, channel: 'fax' },
    [['/channel', 'must be one of sms, voice, flashcall, whatsapp, seamless']],
  ],
  [
    'null as a channel',
    resendBody,
    { channel: null },
    [['/channel', 'must be one of sms, voice, flashcall, whatsapp, seamless']],
  ],
  [
    'unknown fields',
    requestOtpBody,
    { ...NUMBER, phone: '+1', isAdmin: true },
    [
      ['/phone', 'is not a known field'],
      ['/isAdmin', 'is not a known field'],
    ],
  ],
  [
    'an unknown field whose name is no name',
    requestOtpBody,
    { ...NUMBER, '+14155552671': 1, '': 2, ['x'.repeat(65)]: 3 },
    [['', 'contains an unknown field']],
  ],
  [
    'numbers and codes in the place of a name',
    requestOtpBody,
    { ...NUMBER, tel14155552671: 1, 'code-4829': 1, '+14155552671': 1, line2: 1 },
    [
      ['', 'contains an unknown field'],
      ['/line2', 'is not a known field'],
    ],
  ],
  [
    'an unknown field inside a field',
    requestOtpBody,
    paying({ ...PAYMENT, note: 'x' }),
    [['/binding/note', 'is not a known field']],
  ],
  [
    'a field of the wrong type inside a field',
    requestOtpBody,
    paying({ ...PAYMENT, amount: 39.99 }),
    [['/binding/amount', 'must be a string']],
  ],
  [
    'an array in place of an object',
    requestOtpBody,
    paying([]),
    [['/binding', 'must be an object']],
  ],
  ['a code that is an object', verifyOtpBody, { code: {} }, [['/code', 'must be a string']]],
  ['no proof', proofBody, {}, [['/proof', 'is required']]],
  ['no factor', loginVerifyBody, { loginToken: 'x' }, [['/factor', 'is required']]],
  [
    'an unknown factor',
    loginVerifyBody,
    { loginToken: 'x', factor: 'fax', code: '1234' },
    [['/factor', 'must be one of sms, totp, backup_code']],
  ],
  [
    'faults of a known factor',
    loginVerifyBody,
    { loginToken: '', factor: 'totp', code: '12', more: 1 },
    [
      ['/loginToken', 'must not be empty'],
      ['/code', 'must be 6 digits'],
      ['/more', 'is not a known field'],
    ],
  ],
];

test.each(CASES)('%s is explained', (_name, schema, body, expected) => {
  expect(faultsOf(schema, body)).toEqual(
    expected.map(([pointer, message]) => ({ pointer, message })),
  );
});

describe('a body of any operation that is wrong in any way', () => {
  const WRONG = [null, true, 0, 1.5, '', ' ', '\u0000', 'x'.repeat(5000), [], ['a'], {}, { a: 1 }];
  let routes: readonly Route[];

  beforeAll(async () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz-0123456789';
    const container = await idleContainer({ ACCOUNTS: 'true', ACCOUNT_SECRET: secret });
    ({ routes } = container);
    container.close();
    await container.db.close();
  });

  /** The example with each field wrong, missing or added. */
  const wrongBodies = (schema: z.ZodType, example: object): unknown[] => {
    const { properties = {}, oneOf = [] } = z.toJSONSchema(schema, { io: 'input' });
    const forms = oneOf.map((form) => (typeof form === 'object' ? form.properties : {}));
    const names = Object.keys(Object.assign({}, properties, ...forms) as object);
    return [
      ...WRONG,
      ...names.map((name) => ({ ...example, [name]: undefined })),
      ...names.flatMap((name) => WRONG.map((value) => ({ ...example, [name]: value }))),
      { ...example, unknown: 1 },
    ];
  };

  test('gets our words, one error per field, and never those of zod', () => {
    const faults = routes
      .filter((route) => route.rawBody !== true)
      .flatMap(({ operationId, body }) =>
        Object.values(BODY_EXAMPLES[operationId] ?? {}).flatMap((example) =>
          body ? wrongBodies(body, example).map((wrong) => faultsOf(body, wrong)) : [],
        ),
      );
    expect(faults.filter((list) => list.length > 0).length).toBeGreaterThan(300);
    const messages = new Set(faults.flat().map(({ message }) => message));
    expect(
      [...messages].filter(
        (message) => !/^(is|must|has|contains|cannot|requires|or) /.test(message),
      ),
    ).toEqual([]);
    for (const list of faults) {
      const pointers = list.map(({ pointer }) => pointer);
      expect(new Set(pointers).size).toBe(pointers.length);
    }
  });
});

test('a purpose has at most 32 characters', () => {
  const isTaken = (purpose: string) =>
    requestOtpBody.safeParse({ phoneNumber: '+14155552671', purpose }).success;
  expect([isTaken('p'.repeat(32)), isTaken('p'.repeat(33))]).toEqual([true, false]);
});
