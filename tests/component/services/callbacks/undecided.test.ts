import { SINCH_CALLBACK, requestEvent, signedBySinch } from '../../../support/callbacks.js';
import type { Started } from '../../../support/fake-sinch.js';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

let service: TestService;
beforeEach(async () => {
  service = await TestService.start({ SINCH_OWN_CODES: 'true', PROVIDER_MAX_CONCURRENT: '2' });
});
afterEach(() => service.stop());

const ask = async (send: Started): Promise<Answer & { tookMs: number }> => {
  const { body, headers } = signedBySinch(requestEvent(send));
  const startedAt = performance.now();
  const answer = await service.call('POST', SINCH_CALLBACK, body, headers);
  return { ...answer, tookMs: performance.now() - startedAt };
};

describe('a send that the database does not confirm in time', () => {
  test('is denied within a second while the row is locked, with a reason in the log', async () => {
    const asked: Awaited<ReturnType<typeof ask>>[] = [];
    service.sinch.onStart = async (send) => {
      await service.db.transaction(async (transaction) => {
        const lock = 'SELECT 1 FROM verifications WHERE send_reference = $1 FOR UPDATE';
        await service.db.query(lock, { bind: [send.reference], transaction });
        asked.push(await ask(send));
      });
    };
    await service.request(freshNumber());
    expect(asked.map(({ status, body }) => [status, body])).toEqual([[200, { action: 'deny' }]]);
    expect(asked[0]?.tookMs).toBeGreaterThan(700);
    expect(asked[0]?.tookMs).toBeLessThan(1000);
    expect(service.log.events('callback.received')).toEqual([
      expect.objectContaining({ level: 'warn', event: 'request', outcome: 'undecided' }),
    ]);
  });

  test('is denied when the statement fails', async () => {
    const asked: Answer[] = [];
    service.sinch.onStart = async (send) => {
      await service.rows('ALTER TABLE verifications RENAME COLUMN own_code_length TO gone');
      asked.push(await ask(send));
      await service.rows('ALTER TABLE verifications RENAME COLUMN gone TO own_code_length');
    };
    await service.request(freshNumber());
    expect(asked.map(({ status, body }) => [status, body])).toEqual([[200, { action: 'deny' }]]);
  });
});

test('callbacks do not queue behind the requests that wait for them', async () => {
  // The service runs 2 x PROVIDER_MAX_CONCURRENT requests, so four fill it.
  const asked: Awaited<ReturnType<typeof ask>>[] = [];
  const arrived: (() => void)[] = [];
  let waiting = 0;
  service.sinch.onStart = async (send) => {
    waiting += 1;
    if (waiting < 2) await new Promise<void>((resolve) => arrived.push(resolve));
    for (const go of arrived) go();
    asked.push(await ask(send));
  };
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => service.post('/request-otp', { phoneNumber: freshNumber() })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(asked.map(({ body }) => body['action'])).toEqual(Array(4).fill('allow'));
  for (const { tookMs } of asked) expect(tookMs).toBeLessThan(900);
});
