import type { ServerResponse } from 'node:http';
import { deferred } from '../../../support/deferred.js';
import { TestService, freshNumber } from '../../../support/service.js';

function answerJson(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const claimsOf = (proof: unknown) =>
  JSON.parse(Buffer.from(String(proof).split('.')[1] ?? '', 'base64url').toString()) as object;

describe('a resend concurrent with another operation', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await TestService.start({ LIMIT_SEND_PER_PHONE: '9/1h' });
  });
  afterEach(() => service.stop());

  const rowOf = async (id: string) => {
    const [row] = await service.rows(
      `SELECT status, channel, provider, resend_reference, provider_message_id, code_length
       FROM verifications WHERE id = $1`,
      [id],
    );
    return row;
  };
  const typesOf = async (id: string) => {
    const rows = await service.rows(
      'SELECT type FROM verification_events WHERE verification_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ type }) => type);
  };
  const sweepAsLost = async (id: string) => {
    const lost = `UPDATE verifications SET send_started_at = now() - interval '1 hour' WHERE id = $1`;
    await service.rows(`${lost} RETURNING 1`, [id]);
    return service.background.maintenance.sweep();
  };
  const sends = async (number: string) => {
    const [row] = await service.rows(
      `SELECT cardinality(sends) AS n FROM phone_limits WHERE phone_key = $1`,
      [number],
    );
    return row?.['n'];
  };

  test.each<[string, 409 | 410, (id: string, code: string) => Promise<{ status: number }>]>([
    ['verified', 409, (id, code) => service.verify(id, code)],
    ['cancelled', 410, (id) => service.call('DELETE', `/verifications/${id}`)],
  ])('does not reopen a verification that was %s meanwhile', async (status, refused, end) => {
    const number = freshNumber();
    const id = await service.request(number);
    const first = service.sinch.newestFor(number);
    service.sinch.onStart = async () => {
      // Simulates a provider that keeps the old code valid until the new one is sent.
      first.status = 'PENDING';
      expect((await end(id, first.code)).status).toBe(200);
    };
    const resent = await service.post(`/verifications/${id}/resend`, { channel: 'voice' });
    expect(resent.status).toBe(refused);
    const swept = await sweepAsLost(id);
    expect(swept.unknownOutcomes).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ status, channel: 'sms', resend_reference: null });
    expect(await typesOf(id)).toEqual(['requested', 'sent', 'resend_requested', status]);
  });

  test('that is lost in a crash clears the details of the previous message', async () => {
    const id = await service.request(freshNumber());
    await service.rows(
      `UPDATE verifications SET resend_reference = 'next', resend_channel = 'voice', resend_provider = 'infobip-2fa',
         provider_message_id = 'before', code_length = 6 WHERE id = $1 RETURNING 1`,
      [id],
    );
    expect((await sweepAsLost(id)).unknownOutcomes).toEqual([id]);
    expect(await rowOf(id)).toEqual({
      ...{ status: 'pending', channel: 'voice', provider: 'infobip-2fa' },
      ...{ resend_reference: null, provider_message_id: null, code_length: null },
    });
    const { timeline } = (await service.get(`/verifications/${id}`)).body;
    expect((timeline as object[]).at(-1)).toMatchObject({
      ...{ type: 'outcome_unknown', provider: 'infobip-2fa' },
    });
  });

  test('that fails after the sweep ends no newer resend and stays counted', async () => {
    const number = freshNumber();
    const id = await service.request(number);
    const [called, released] = [deferred(), deferred()];
    service.sinch.misbehave('POST', (_req, res) => {
      called.resolve();
      void released.promise.then(() => answerJson(res, 503, { errorCode: 50300 }));
    });
    const lost = service.post(`/verifications/${id}/resend`, {});
    await called.promise;
    await sweepAsLost(id);
    service.sinch.onStart = async () => {
      released.resolve();
      expect((await lost).status).toBe(503);
    };
    expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(200);
    expect(await sends(number)).toBe(3);
    expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(200);
  });

  test('leaves the proof with the channel of the code under check', async () => {
    const number = freshNumber();
    const id = await service.request(number, { channel: 'flashcall' });
    const [asked, decided] = [deferred(), deferred()];
    service.sinch.misbehave('PUT', (_req, res) => {
      asked.resolve();
      void decided.promise.then(() => answerJson(res, 200, { id: 'x', status: 'SUCCESSFUL' }));
    });
    const checked = service.verify(id, service.sinch.codeFor(number));
    await asked.promise;
    const resent = await service.post(`/verifications/${id}/resend`, { channel: 'sms' });
    expect(resent.status).toBe(200);
    decided.resolve();
    const { status, body } = await checked;
    expect([status, body['channel']]).toEqual([200, 'flashcall']);
    expect(claimsOf(body['proof'])).toMatchObject({ amr: ['flashcall'] });
    expect(await rowOf(id)).toMatchObject({ status: 'verified', channel: 'flashcall' });
  });
});
