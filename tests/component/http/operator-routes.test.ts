import { createApplication, createOperator } from '../../support/applications.js';
import { freshNumber, TestService } from '../../support/service.js';

let service: TestService;
let operator: Record<string, string>;
beforeAll(async () => {
  service = await TestService.start({ CALLERS: 'keys' });
  operator = await createOperator(service);
});
afterAll(() => service.stop());

const get = (path: string) => service.get(path, operator);
const post = (path: string, body: object) => service.post(path, body, operator);
const remove = (path: string) => service.call('DELETE', path, undefined, operator);
const audited = () =>
  service.log.lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => String(message).startsWith('operator.'));

test('an operator shows, blocks and unblocks a number, and each change is in the audit log', async () => {
  const shop = await createApplication(service, 'shop');
  const phoneNumber = freshNumber();
  const sent = await service.post('/request-otp', { phoneNumber }, shop.backend);
  const verificationId = String(sent.body['verificationId']);
  const wrong = { verificationId, code: service.sinch.wrongCodeFor(phoneNumber) };
  await service.post('/verify-otp', wrong, shop.backend);

  const shown = (await get(`/operator/verifications/${verificationId}`)).body;
  expect(shown).toMatchObject({ verificationId, phoneNumber, attempts: 1, status: 'pending' });
  expect(JSON.stringify(shown)).not.toMatch(/reference|hash/i);

  const pattern = `${phoneNumber.slice(0, 8)}*`;
  const written = `${phoneNumber.slice(0, 5)} ${phoneNumber.slice(5, 8)}*`;
  const rule = {
    pattern,
    kind: 'block',
    note: 'ticket 12',
    createdAt: expect.any(String) as unknown,
  };
  const blocked = await post('/operator/rules', {
    pattern: written,
    kind: 'block',
    note: 'ticket 12',
  });
  expect([blocked.status, blocked.body]).toEqual([200, rule]);
  const refused = await service.post('/request-otp', { phoneNumber }, shop.backend);
  expect(refused.body['code']).toBe('number_blocked');
  expect((await get('/operator/rules')).body).toEqual({
    rules: [{ ...rule, coversNumbers: true }],
  });

  const number = `/operator/numbers/${encodeURIComponent(phoneNumber)}`;
  expect((await get(number)).body).toMatchObject({
    phoneNumber,
    country: 'US',
    wrongRun: 1,
    rules: [rule],
    user: null,
    verifications: [{ verificationId, status: 'pending' }],
  });
  const unblocked = await post(`${number}/unblock`, { sends: true });
  expect(unblocked.body).toMatchObject({ phoneNumber, wrongRunBefore: 1, blockedBy: pattern });
  expect((await get(number)).body['wrongRun']).toBe(0);
  expect((await remove(`/operator/rules/${encodeURIComponent(pattern)}`)).body).toEqual({
    pattern,
  });
  expect((await remove(`/operator/rules/${pattern}`)).body['code']).toBe('rule_not_found');
  expect((await service.post('/request-otp', { phoneNumber }, shop.backend)).status).toBe(200);

  const lines = audited();
  expect(lines.map(({ message }) => message)).toEqual([
    'operator.block',
    'operator.unblock',
    'operator.unlist',
  ]);
  for (const line of lines) {
    expect(line['operator']).toMatch(/^pl_op_[A-Za-z0-9]+$/);
    expect(operator['authorization']).not.toContain(`${String(line['operator'])} `);
    expect(JSON.stringify(line)).not.toContain(phoneNumber);
  }
});

test('an operator sweeps and purges', async () => {
  const id = await get('/verifications?limit=1').then(
    ({ body }) => (body['verifications'] as [{ verificationId: string }])[0].verificationId,
  );
  await service.rows(
    `UPDATE verifications SET status = 'pending', expires_at = now() - interval '1 hour' WHERE id = $1`,
    [id],
  );
  expect((await post('/operator/sweep', {})).body).toEqual({
    settled: { outcomeUnknown: 0, expired: 1 },
  });
  await service.rows(`UPDATE verifications SET created_at = now() - interval '400 days'`);
  expect((await post('/operator/purge', {})).body).toMatchObject({
    deleted: { verifications: 2 },
    isComplete: true,
  });
});

test.each([
  [{ pattern: '+99999*', kind: 'block' }, '/pattern'],
  [{ pattern: '+1415*', kind: 'allow' }, '/kind'],
  [{ pattern: '+1415*', kind: 'block', note: 'a\nb' }, '/note'],
  [{ pattern: '+1415*', kind: 'block', by: 'me' }, '/by'],
])('refuses the rule %j', async (body, pointer) => {
  const { status, body: problem } = await post('/operator/rules', body);
  expect([status, problem['errors']]).toEqual([400, [expect.objectContaining({ pointer })]]);
});
