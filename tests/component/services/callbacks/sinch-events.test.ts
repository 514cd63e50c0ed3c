import {
  SINCH_CALLBACK,
  deliveredEvent,
  resultEvent,
  signedBySinch,
} from '../../../support/callbacks.js';
import type { Started } from '../../../support/fake-sinch.js';
import { TestService, freshNumber } from '../../../support/service.js';

interface Entry {
  type: string;
  reason?: string;
}

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const deliver = (event: object) => {
  const { body, headers } = signedBySinch(event);
  return service.call('POST', SINCH_CALLBACK, body, headers);
};

async function begin(): Promise<{ id: string; phoneNumber: string; send: Started }> {
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber);
  return { id, phoneNumber, send: service.sinch.newestFor(phoneNumber) };
}

const STATUSES = ['SUCCESSFUL', 'FAIL', 'DENIED', 'ERROR', 'ABORTED'];

/** Status and timeline, without `requested` and `sent`. */
async function seenBy(id: string): Promise<[unknown, ...unknown[]]> {
  const { body } = await service.get(`/verifications/${id}`);
  const entries = (body['timeline'] as Entry[])
    .filter(({ type }) => type !== 'requested' && type !== 'sent')
    .map(({ type, reason }) => (reason === undefined ? type : `${type}: ${reason}`));
  return [body['status'], ...entries];
}

const rowOf = async (id: string) =>
  (await service.rows('SELECT * FROM verifications WHERE id = $1', [id]))[0];

describe('a delivery receipt', () => {
  test.each([
    ['Successful', 'delivered'],
    ['Failed', 'undelivered: delivery_failure'],
  ])('%s is on the timeline, and the row is untouched', async (smsResult, entry) => {
    const { id, send } = await begin();
    const before = await rowOf(id);
    expect((await deliver(deliveredEvent(send, smsResult))).status).toBe(200);
    expect(await seenBy(id)).toEqual(['pending', entry]);
    expect(await rowOf(id)).toEqual(before);
  });

  test('with an unknown status is ignored', async () => {
    const { id, send } = await begin();
    await deliver(deliveredEvent(send, 'Perhaps'));
    expect(await seenBy(id)).toEqual(['pending']);
  });

  test('is ignored after an earlier one', async () => {
    const { id, send } = await begin();
    await deliver(deliveredEvent(send, 'Successful'));
    await deliver(deliveredEvent(send, 'Failed'));
    await deliver(resultEvent(send, 'ERROR', 'SMS delivery failure'));
    expect(await seenBy(id)).toEqual(['pending', 'delivered']);
  });

  test('is recorded after the end and changes no status', async () => {
    const { id, phoneNumber, send } = await begin();
    await service.verify(id, service.sinch.codeFor(phoneNumber));
    await deliver(deliveredEvent(send));
    expect(await seenBy(id)).toEqual(['verified', 'verified', 'delivered']);
  });

  test('of a message replaced by a resend is ignored', async () => {
    const { id, phoneNumber, send: old } = await begin();
    await service.post(`/verifications/${id}/resend`, {});
    await deliver(deliveredEvent(old, 'Failed'));
    expect(await seenBy(id)).toEqual(['pending', 'resend_requested']);
    await deliver(deliveredEvent(service.sinch.newestFor(phoneNumber)));
    expect(await seenBy(id)).toEqual(['pending', 'resend_requested', 'delivered']);
  });

  test('is recorded once per send', async () => {
    const { id, phoneNumber, send } = await begin();
    await deliver(deliveredEvent(send, 'Failed'));
    await service.post(`/verifications/${id}/resend`, {});
    await deliver(deliveredEvent(service.sinch.newestFor(phoneNumber)));
    expect(await seenBy(id)).toEqual([
      'pending',
      'undelivered: delivery_failure',
      'resend_requested',
      'delivered',
    ]);
  });
});

describe('a result', () => {
  test.each([
    ['DENIED', 'Fraud', 'fraud'],
    ['DENIED', 'Not enough credit', 'no_credit'],
    ['DENIED', 'Blocked', 'blocked'],
    ['DENIED', 'Denied by callback', 'denied_by_callback'],
    ['DENIED', 'Destination denied', 'destination_denied'],
    ['ERROR', 'Network error or number unreachable', 'unreachable'],
    ['ERROR', 'SMS delivery failure', 'delivery_failure'],
    ['ERROR', 'Internal error', 'provider_error'],
    ['ERROR', 'call me on +14155550100', 'other'],
    ['DENIED', undefined, 'other'],
  ])('%s (%s) is told in our own words and leaves the row as it was', async (...row) => {
    const [status, reason, word] = row;
    const { id, send } = await begin();
    const before = await rowOf(id);
    await deliver(resultEvent(send, status, reason));
    expect(await seenBy(id)).toEqual(['pending', `undelivered: ${word}`]);
    expect(await rowOf(id)).toEqual(before);
  });

  test('of a failure still allows a resend by another channel', async () => {
    const { id, phoneNumber, send } = await begin();
    await deliver(resultEvent(send, 'ERROR', 'Network error or number unreachable'));
    const answer = await service.post(`/verifications/${id}/resend`, { channel: 'voice' });
    expect(answer.status).toBe(200);
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test.each([
    ['SUCCESSFUL', undefined],
    ['FAIL', 'Invalid code'],
    ['FAIL', 'Expired'],
    ['ABORTED', undefined],
    ['PENDING', undefined],
    ['SOMETHING NEW', undefined],
  ])('%s (%s) changes nothing at all', async (status, reason) => {
    const { id, send } = await begin();
    const before = await rowOf(id);
    await deliver(resultEvent(send, status, reason));
    expect(await seenBy(id)).toEqual(['pending']);
    expect(await rowOf(id)).toEqual(before);
  });
});

describe('any callback', () => {
  /** Every event of a send. */
  const everything = (send: Started) => [
    deliveredEvent(send, 'Successful'),
    deliveredEvent(send, 'Failed'),
    ...STATUSES.map((status) => resultEvent(send, status, 'Expired')),
  ];

  test('verifies nothing: no proof, no user, and the code is still needed', async () => {
    const { id, phoneNumber, send } = await begin();
    for (const event of everything(send)) await deliver(event);
    const [status] = await seenBy(id);
    expect(status).toBe('pending');
    expect(await rowOf(id)).toMatchObject({ status: 'pending', verified_at: null, proof_id: null });
    const users = 'SELECT 1 FROM users WHERE phone_number = $1';
    expect(await service.rows(users, [phoneNumber])).toEqual([]);
    const wrong = await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
    expect([wrong.status, wrong.body['attemptsRemaining']]).toEqual([401, 4]);
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test.each(['verified', 'cancelled', 'expired', 'failed'])(
    'a %s verification keeps its status',
    async (state) => {
      const { id, phoneNumber, send } = await begin();
      if (state === 'verified') await service.verify(id, service.sinch.codeFor(phoneNumber));
      else await service.rows('UPDATE verifications SET status = $2 WHERE id = $1', [id, state]);
      const before = await rowOf(id);
      for (const event of everything(send)) expect((await deliver(event)).status).toBe(200);
      expect(await rowOf(id)).toEqual(before);
    },
  );

  test('changes no other verification of the number or of another provider', async () => {
    const { phoneNumber, send } = await begin();
    const other = await service.request(phoneNumber, { purpose: 'login' });
    const foreign = await begin();
    await service.rows(`UPDATE verifications SET provider = 'local-code' WHERE id = $1`, [
      foreign.id,
    ]);
    const watched = [other, foreign.id];
    const state = async () => [
      await service.rows('SELECT * FROM verifications WHERE id = ANY ($1) ORDER BY id', [watched]),
      await service.rows(
        'SELECT * FROM verification_events WHERE verification_id = ANY ($1) ORDER BY id',
        [watched],
      ),
    ];
    const before = await state();
    for (const event of [...everything(send), ...everything(foreign.send)]) await deliver(event);
    // The number or Sinch's id alone finds nothing.
    const newest = service.sinch.newestFor(phoneNumber);
    for (const event of everything({ ...newest, reference: 'another' })) await deliver(event);
    expect(await state()).toEqual(before);
  });
});
