import { setTimeout as sleep } from 'node:timers/promises';
import { RECIPIENT, startTestSms, type TestSms } from './sms-harness.js';

let sms: TestSms;
beforeEach(async () => {
  sms = await startTestSms();
});
afterEach(() => sms.close());

describe('the list of batches of the simulated Sinch SMS API', () => {
  const list = async (query = '') => {
    const { body } = await sms.get(query);
    const batches = body['batches'] as { id: string }[];
    return { ...body, ids: batches.map(({ id }) => id) };
  };
  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();

  it('is empty at first', async () => {
    expect((await sms.get('')).body).toEqual({ count: 0, page: 0, page_size: 0, batches: [] });
  });

  it('lists the newest first, as returned by the send', async () => {
    const [first, second] = [await sms.sent({ from: '12345' }), await sms.sent()];
    expect(await list()).toMatchObject({ count: 2, page: 0, page_size: 2, ids: [second, first] });
    const one = await sms.get(`/${first}`);
    expect(one.status).toBe(200);
    expect((await sms.get('')).body['batches']).toMatchObject([{}, one.body]);
  });

  it('is paginated', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await sms.sent());
    const page = async (number: number) => list(`?page_size=2&page=${number}`);
    expect(await page(0)).toMatchObject({ count: 5, page: 0, page_size: 2, ids: ids.slice(0, 2) });
    expect(await page(2)).toMatchObject({ count: 5, page: 2, page_size: 1, ids: ids.slice(4) });
    expect(await page(3)).toMatchObject({ count: 5, page: 3, page_size: 0, ids: [] });
  });

  it('has thirty entries per page by default', async () => {
    for (let count = 0; count < 31; count += 1) await sms.sent();
    expect(await list()).toMatchObject({ count: 31, page_size: 30 });
    expect(await list('?page_size=100')).toMatchObject({ count: 31, page_size: 31 });
  });

  it.each([
    ['client_reference=ref-1', [0]],
    ['from=12345', [1]],
    ['from=%2B12015555555', [2]],
    ['from=12345,12015555555', [2, 1]],
    ['to=46700000103', [3]],
    ['to=%2B46700000103', [3]],
    ['to=46700000999', []],
  ])('is filtered by %s', async (query, expected) => {
    const ids = [
      await sms.sent({ client_reference: 'ref-1' }),
      await sms.sent({ from: '12345' }),
      await sms.sent({ from: '+12015555555' }),
      await sms.sent({ to: ['+46700000103'] }),
    ];
    expect((await list(`?${query}`)).ids).toEqual(expected.map((index) => ids[index]));
  });

  it('is filtered by time', async () => {
    await sms.sent();
    const counts = await Promise.all(
      [
        `?start_date=${minutes(-1)}`,
        `?start_date=${minutes(1)}`,
        `?end_date=${minutes(1)}`,
        `?end_date=${minutes(-1)}`,
        '?start_date=2024-06-23&end_date=2024-06-24',
        '?start_date=2024-06-23&end_date=2999-06-24T00:00Z',
      ].map(async (query) => (await list(query)).ids.length),
    );
    expect(counts).toEqual([1, 0, 1, 0, 0, 1]);
  });

  it.each(['page=-1', 'page=x', 'page_size=101', 'page_size=0', 'start_date=noon', 'end_date=x'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await sms.get(`?${query}`);
      expect([status, body]).toEqual([
        400,
        {
          code: 'syntax_invalid_parameter_format',
          text: `The format of parameter '${query.split('=')[0]!}' is invalid.`,
        },
      ]);
    },
  );
});

describe('a delivery report of the simulated Sinch SMS API', () => {
  const to = [RECIPIENT, '+46700000102', '+46700000103'];
  const mixed = () =>
    sms.sent({
      to,
      body: 'Code ${code}',
      parameters: { code: { [to[0]!]: '123456', [to[1]!]: '123457' } },
      client_reference: 'ref-1',
    });

  it('counts messages by state', async () => {
    const id = await mixed();
    const { status, body } = await sms.get(`/${id}/delivery_report`);
    expect(status).toBe(200);
    expect(body).toEqual({
      type: 'delivery_report_sms',
      batch_id: id,
      total_message_count: 3,
      statuses: [
        { code: 0, status: 'Delivered', count: 2 },
        { code: 405, status: 'Aborted', count: 1 },
      ],
      client_reference: 'ref-1',
    });
  });

  it('names the recipients in full', async () => {
    const { body } = await sms.get(`/${await mixed()}/delivery_report?type=full`);
    expect(body['statuses']).toEqual([
      { code: 0, status: 'Delivered', count: 2, recipients: ['46700000101', '46700000102'] },
      { code: 405, status: 'Aborted', count: 1, recipients: ['46700000103'] },
    ]);
  });

  it.each([
    ['status=Delivered', [0]],
    ['status=Aborted,Failed', [405]],
    ['code=405', [405]],
    ['code=15,0', [0]],
    ['status=Delivered&code=405', []],
  ])('is filtered by %s', async (query, codes) => {
    const { body } = await sms.get(`/${await mixed()}/delivery_report?${query}`);
    expect((body['statuses'] as { code: number }[]).map(({ code }) => code)).toEqual(codes);
    expect(body['total_message_count']).toBe(3);
  });

  it('responds with 404 for another type', async () => {
    const answer = await sms.get(`/${await mixed()}/delivery_report?type=short`);
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  it.each(['46700000101', '+46700000101', '%2B46700000101'])(
    'reports the recipient %s',
    async (number) => {
      const id = await mixed();
      const { body } = await sms.get(`/${id}/delivery_report/${number}`);
      expect(body).toEqual({
        type: 'recipient_delivery_report_sms',
        batch_id: id,
        recipient: '46700000101',
        code: 0,
        status: 'Delivered',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        operator_status_at: body['at'],
        client_reference: 'ref-1',
        applied_originator: 'Simulator',
      });
    },
  );

  it("has the parts if they were limited, and the plan's sender only by default", async () => {
    const id = await sms.sent({
      body: 'a'.repeat(161),
      from: '12345',
      max_number_of_message_parts: 3,
    });
    const { body } = await sms.get(`/${id}/delivery_report/${RECIPIENT.slice(1)}`);
    expect(body['number_of_message_parts']).toBe(2);
    expect(body).not.toHaveProperty('applied_originator');
  });

  it('has the time of the last change', async () => {
    await sms.settings({ deliveryMs: 100 });
    const id = await sms.sent();
    const path = `/${id}/delivery_report/${RECIPIENT.slice(1)}`;
    const before = (await sms.get(path)).body;
    await sleep(200);
    const after = (await sms.get(path)).body;
    expect(Date.parse(String(after['at'])) - Date.parse(String(before['at']))).toBeGreaterThan(90);
    expect(before).not.toHaveProperty('operator_status_at');
  });

  it('responds with 404 for an unknown recipient', async () => {
    const answer = await sms.get(`/${await mixed()}/delivery_report/46700000999`);
    expect([answer.status, answer.text]).toEqual([404, '']);
  });
});
