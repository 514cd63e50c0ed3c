import { footprint } from '../../http/support/footprint.js';
import { problemFaults } from '../../http/support/problem.js';
import { TestService } from '../../../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const check = (field: string, value: string) =>
  service.post('/verify-otp', { verificationId: '0'.repeat(37), [field]: value });

describe.each(['code', 'pin'])('%s', (field) => {
  test.each([
    '1234',
    '1234567890',
    '+4677009',
    '+46701740605123',
    'seamless',
    '12 34',
    '12-34',
    'G-1234',
    ' 123 456 ',
    '１２３４',
    '١٢٣٤',
    '१२३४',
  ])('takes "%s"', async (value) => {
    expect(problemFaults(await check(field, value), 404, 'verification_not_found')).toEqual([]);
  });

  test.each([
    '123',
    '12345678901',
    '-1234',
    '1234-',
    '12.34',
    '12\t34',
    'GOOG-1234',
    'Acme24: your code is 4056',
    'G-',
    '+467700',
    '+4670174060512345',
    '+0701740605',
    '++46701740605',
    '+46 70 174 06 05',
    '+46-701740605',
    '46701740605',
    '0046701740605',
    '+46701740605;ext=1',
    '+46701740605\n',
    '+４６７０１７４０６０５',
    'tel:+46701740605',
    '+',
    '+seamless',
    'Seamless',
    'SEAMLESS',
    'seamless ',
    ' seamless',
    'seamless\n',
    'seamles',
    'seamlessly',
    'seamless1234',
    '1234seamless',
    'ſeamless',
    'sms',
    'true',
  ])('refuses %j', async (value) => {
    const before = await footprint(service);
    const answer = await check(field, value);
    expect(problemFaults(answer, 400, 'invalid_request')).toEqual([]);
    expect(answer.body['errors']).toMatchObject([{ pointer: `/${field}` }]);
    expect(await footprint(service)).toEqual(before);
  });
});
