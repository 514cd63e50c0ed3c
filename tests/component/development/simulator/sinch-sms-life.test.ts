import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './harness.js';
import { RECIPIENT, startTestSms, type TestSms } from './sms-harness.js';

const inMs = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

let sms: TestSms;
beforeEach(async () => {
  sms = await startTestSms();
});
afterEach(() => sms.close());

const received = () => sms.inbox.list(RECIPIENT);

describe('a message of the simulated Sinch SMS API', () => {
  it('arrives before the response to the send', async () => {
    const id = await sms.sent();
    expect(received()).toEqual([
      {
        id: expect.any(String),
        to: RECIPIENT,
        channel: 'sms',
        text: 'Your code is 123456.',
        code: '123456',
        receivedAt: expect.any(String),
      },
    ]);
    expect(await sms.stateOf(id)).toEqual([0, 'Delivered']);
  });

  it('is queued, then dispatched, then delivered', async () => {
    await sms.settings({ queueMs: 150, deliveryMs: 300 });
    const id = await sms.sent();
    expect(await sms.stateOf(id)).toEqual([400, 'Queued']);
    await sleep(220);
    expect(await sms.stateOf(id)).toEqual([401, 'Dispatched']);
    expect(received()).toEqual([]);
    await eventually(() => received().length);
    expect(await sms.stateOf(id)).toEqual([0, 'Delivered']);
  });

  it.each([
    [402, 'Aborted'],
    [407, 'Cancelled'],
    [408, 'Aborted'],
    [412, 'Aborted'],
    [413, 'Aborted'],
    [15, 'Failed'],
    [1003, 'Failed'],
  ])('ends with code %d as %s, undelivered', async (finalCode, status) => {
    await sms.settings({ finalCode });
    expect(await sms.stateOf(await sms.sent())).toEqual([finalCode, status]);
    expect(received()).toEqual([]);
  });

  it.each(['Rejected', 'Deleted', 'Expired', 'Unknown'] as const)('ends as %s', async (word) => {
    await sms.settings({ finalCode: 50, finalStatus: word });
    expect(await sms.stateOf(await sms.sent())).toEqual([50, word]);
  });

  it.each([400, 401])('cannot end with the code %d, which is not final', async (finalCode) => {
    expect((await sms.settings({ finalCode })).status).toBe(400);
  });

  it('waits until send_at', async () => {
    const id = await sms.sent({ send_at: inMs(250) });
    expect(await sms.stateOf(id)).toEqual([400, 'Queued']);
    expect(received()).toEqual([]);
    await eventually(() => received().length);
  });

  it('goes out at once if send_at is past', async () => {
    await sms.sent({ send_at: inMs(-60_000), expire_at: inMs(60_000) });
    expect(received()).toHaveLength(1);
  });

  it('can be scheduled years ahead', async () => {
    const send_at = '2099-01-01T00:00:00Z';
    expect(await sms.stateOf(await sms.sent({ send_at }))).toEqual([400, 'Queued']);
    await sleep(50);
    expect(received()).toEqual([]);
  });

  it('is not sent after it has expired', async () => {
    await sms.settings({ queueMs: 200 });
    const id = await sms.sent({ expire_at: inMs(100) });
    await eventually(async () => (await sms.stateOf(id))[1] !== 'Queued');
    expect(await sms.stateOf(id)).toEqual([406, 'Aborted']);
    expect(received()).toEqual([]);
  });
});

describe('the text of a message', () => {
  const other = '+46700000202';
  const textTo = (to: string) => sms.inbox.list(to)[0]?.text;

  it('is filled in for each recipient', async () => {
    await sms.sent({
      to: [RECIPIENT, other],
      body: 'Hi ${name}, ${name}! ${x.y-z_0}',
      parameters: {
        name: { [RECIPIENT]: 'Ada', default: 'you' },
        'x.y-z_0': { [RECIPIENT.slice(1)]: '${name}', default: '$&' },
      },
    });
    expect(textTo(RECIPIENT)).toBe('Hi Ada, Ada! ${name}');
    expect(textTo(other)).toBe('Hi you, you! $&');
  });

  it('aborts only recipients without a value', async () => {
    const id = await sms.sent({
      to: [RECIPIENT, other],
      body: 'Your code is ${code}.',
      parameters: { code: { [other]: '123456' } },
    });
    expect(await sms.stateOf(id)).toEqual([405, 'Aborted']);
    expect([received().length, textTo(other)]).toEqual([0, 'Your code is 123456.']);
  });

  it.each(['${name}', '${constructor}', '${default}'])('has a live %s', async (placeholder) => {
    const id = await sms.sent({ body: `Your ${placeholder} code is 123456.` });
    expect(await sms.stateOf(id)).toEqual([405, 'Aborted']);
  });

  it.each(['$name', '{name}', '$ {name}', '${a b}', '${seventeen-letters}'])(
    'keeps %s',
    async (words) => {
      await sms.sent({ body: words });
      expect(textTo(RECIPIENT)).toBe(words);
    },
  );

  it('is aborted with more parts than allowed', async () => {
    const fields = { body: 'a'.repeat(161), max_number_of_message_parts: 1 };
    expect(await sms.stateOf(await sms.sent(fields))).toEqual([411, 'Aborted']);
    expect(await sms.stateOf(await sms.sent({ ...fields, body: 'a'.repeat(160) }))).toEqual([
      0,
      'Delivered',
    ]);
  });

  it.each([
    [{}, 160],
    [{ max_number_of_message_parts: 2 }, 306],
  ])('is truncated on request: %j', async (fields, length) => {
    await sms.sent({ body: 'a'.repeat(400), truncate_concat: true, ...fields });
    expect(textTo(RECIPIENT)).toHaveLength(length);
  });

  it.each([
    ['Your code is 123456.', '123456'],
    ['4711: your code', '4711'],
    ['In 2026 your code is 123456', '2026'],
    ['In 2026 your code is 123456\n@example.com #123456', '123456'],
    ['123\n@example.com #654321 @shop.example', '654321'],
    ['Code 1234567890', '1234567890'],
    ['Call 12345678901 or 55555', '55555'],
    ['@example.com #123456 is last', '123456'],
    ['Code 777777\nsee @example.com #123456', '777777'],
    ['No digits', null],
    ['123', null],
  ])('%j autofills %s', async (body, code) => {
    await sms.sent({ body });
    expect(received()[0]!.code).toBe(code);
  });
});

it('a message on its way is not delivered after the simulator has closed', async () => {
  await sms.settings({ deliveryMs: 100 });
  await sms.sent();
  await sms.close();
  await sleep(200);
  expect(received()).toEqual([]);
});

describe('a cancelled batch', () => {
  it('is marked, and sends no message', async () => {
    await sms.settings({ queueMs: 200 });
    const id = await sms.sent();
    const { status, body } = await sms.cancel(id);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ id, canceled: true, body: 'Your code is 123456.' }),
    ]);
    expect(await sms.stateOf(id)).toEqual([407, 'Cancelled']);
    await sleep(300);
    expect(received()).toEqual([]);
    expect((await sms.get(`/${id}`)).body['canceled']).toBe(true);
  });

  it('stops undelivered messages', async () => {
    await sms.settings({ deliveryMs: 200 });
    const id = await sms.sent();
    await sms.cancel(id);
    await sleep(300);
    expect(await sms.stateOf(id)).toEqual([407, 'Cancelled']);
    expect(received()).toEqual([]);
  });

  it('has an empty report if it was scheduled', async () => {
    const id = await sms.sent({ send_at: inMs(200) });
    await sms.cancel(id);
    await sleep(300);
    expect((await sms.get(`/${id}/delivery_report`)).body).toMatchObject({
      total_message_count: 0,
      statuses: [],
    });
    expect(received()).toEqual([]);
  });

  it('keeps its report if it was sent', async () => {
    const id = await sms.sent();
    await sleep(5);
    const { body } = await sms.cancel(id);
    expect(body['canceled']).toBe(true);
    expect(body['modified_at']).not.toBe(body['created_at']);
    expect(await sms.stateOf(id)).toEqual([0, 'Delivered']);
  });
});
