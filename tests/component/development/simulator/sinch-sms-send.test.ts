import { eventually, send } from './harness.js';
import { ACCOUNTS, batch, RECIPIENT, startTestSms, type TestSms } from './sms-harness.js';

const FORMAT = 'syntax_invalid_parameter_format';
const CONSTRAINT = 'syntax_constraint_violation';
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const DAY = 24 * 60;

let sms: TestSms;
beforeAll(async () => {
  sms = await startTestSms();
});
afterAll(() => sms.close());

describe('a send to the simulated Sinch SMS API', () => {
  it('responds with 201, the request and the defaults', async () => {
    const { status, headers, body } = await sms.post(batch());
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      to: ['46700000101'],
      body: 'Your code is 123456.',
      type: 'mt_text',
      delivery_report: 'none',
      flash_message: false,
      canceled: false,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      modified_at: body['created_at'],
      expire_at: expect.any(String),
    });
    const life = Date.parse(String(body['expire_at'])) - Date.parse(String(body['created_at']));
    expect(Math.round(life / 60_000)).toBe(3 * DAY);
  });

  it('returns every field unchanged, and the reference only in reports', async () => {
    const fields = {
      from: '+12015555555',
      type: 'mt_text',
      delivery_report: 'full',
      callback_url: 'http://127.0.0.1:9/reports',
      feedback_enabled: true,
      flash_message: true,
      truncate_concat: false,
      max_number_of_message_parts: 2,
      from_ton: 1,
      from_npi: 1,
      parameters: { name: { default: 'you', '+46700000101': 'Ada' } },
    };
    const expire_at = inMinutes(5);
    const { status, body } = await sms.post(
      batch({ ...fields, expire_at, client_reference: 'ref-1' }),
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...fields, from: '12015555555', expire_at });
    expect(body).not.toHaveProperty('client_reference');
  });

  it('writes times without empty milliseconds', async () => {
    const send_at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000).toISOString();
    const { body } = await sms.post(batch({ send_at }));
    expect(body['send_at']).toBe(send_at.replace('.000Z', 'Z'));
  });

  it('ignores unknown fields', async () => {
    expect((await sms.post(batch({ novelty: [1] }))).status).toBe(201);
  });

  it.each(['+46700000101', '46700000101', '0046700000101'])('sends to %s', async (to) => {
    sms.inbox.clear();
    expect((await sms.post(batch({ to: [to] }))).body['to']).toEqual(['46700000101']);
    expect(sms.inbox.list(RECIPIENT)).toHaveLength(1);
  });

  it('sends once to a repeated number', async () => {
    sms.inbox.clear();
    await sms.sent({ to: [RECIPIENT, RECIPIENT.slice(1)] });
    expect(sms.inbox.list()).toHaveLength(1);
  });

  it('sends to a thousand recipients', async () => {
    const to = Array.from({ length: 1000 }, (_, index) => `+4670000${1000 + index}`);
    expect((await sms.post(batch({ to }))).status).toBe(201);
    expect((await sms.post(batch({ to: [...to, '+46700009999'] }))).body['code']).toBe(CONSTRAINT);
  });

  it('makes ids that sort by time', async () => {
    const first = await sms.sent();
    await new Promise((resolve) => setTimeout(resolve, 3));
    expect((await sms.sent()) > first).toBe(true);
  });
});

describe('sends refused by the simulated Sinch SMS API', () => {
  const expectRefusal = async (body: unknown, status: number, code: string, text?: string) => {
    sms.inbox.clear();
    const answer = await sms.post(body);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(Object.keys(answer.body)).toEqual(['code', 'text']);
    if (text !== undefined) expect(answer.body['text']).toBe(text);
    expect(sms.inbox.list()).toEqual([]);
  };

  it("names the invalid number in Sinch's words", async () => {
    await expectRefusal(
      batch({ to: ['+1'] }),
      400,
      FORMAT,
      "The format of parameter 'to[0]' is invalid; value '+1' is not a valid MSISDN or group ID.",
    );
  });

  it.each(['{', '', '[]', '"text"', 'null', '{"to":["+46700000101"],}'])(
    'body %p is not a JSON object',
    async (body) => {
      await expectRefusal(body, 400, 'syntax_invalid_json');
    },
  );

  it.each(['to', 'body'])('%s is missing', async (name) => {
    const { [name]: _left, ...rest } = batch();
    const text = `The required parameter '${name}' is missing.`;
    await expectRefusal(rest, 400, CONSTRAINT, text);
  });

  it.each([
    ['no recipients', { to: [] }],
    ['an empty body', { body: '' }],
    ['a long body', { body: 'a'.repeat(1601) }],
    ['a long reference', { client_reference: 'a'.repeat(129) }],
    ['a long callback URL', { callback_url: `http://127.0.0.1/${'a'.repeat(2048)}` }],
    ['no parts', { max_number_of_message_parts: 0 }],
    ['an impossible type of number', { from_ton: 7 }],
    ['an impossible numbering plan', { from_npi: 19 }],
    ['a long value', { parameters: { name: { default: 'a'.repeat(161) } } }],
    ['an expiry in the past', { expire_at: inMinutes(-1) }],
    ['an expiry before the send', { send_at: inMinutes(10), expire_at: inMinutes(5) }],
    ['an expiry at the send', { send_at: '2999-01-01T00:00Z', expire_at: '2999-01-01T00:00Z' }],
    ['an expiry after more than three days', { expire_at: inMinutes(3 * DAY + 1) }],
    ['a binary message', { type: 'mt_binary' }],
    ['a media message', { type: 'mt_media' }],
  ])('%s breaks a constraint', async (_what, fields) => {
    await expectRefusal(batch(fields), 400, CONSTRAINT);
  });

  it.each([
    ['recipients that are no list', { to: RECIPIENT }, 'to'],
    ['a recipient that is a number', { to: [46700000101] }, 'to[0]'],
    ['a second recipient', { to: [RECIPIENT, '+46 70'] }, 'to[1]'],
    ['a recipient with a leading zero', { to: ['0700000101'] }, 'to[0]'],
    ['a sender with signs', { from: 'Acme!' }, 'from'],
    ['a long sender', { from: 'ABCDEFGHIJKL' }, 'from'],
    ['a body that is no text', { body: 5 }, 'body'],
    ['null', { body: null }, 'body'],
    ['an unknown type', { type: 'mt_fax' }, 'type'],
    ['an unknown kind of report', { delivery_report: 'some' }, 'delivery_report'],
    ['a time in words', { send_at: 'tomorrow' }, 'send_at'],
    ['a time that never comes', { expire_at: '2026-13-01T00:00:00Z' }, 'expire_at'],
    ['a callback to a file', { callback_url: 'file:///etc/hosts' }, 'callback_url'],
    ['a flag that is a text', { flash_message: 'yes' }, 'flash_message'],
    ['parts that are a text', { max_number_of_message_parts: '2' }, 'max_number_of_message_parts'],
    ['half a part', { max_number_of_message_parts: 1.5 }, 'max_number_of_message_parts'],
    ['a parameter with a blank', { parameters: { 'a b': { default: 'x' } } }, 'parameters.a b'],
    ['a value that is none', { parameters: { name: { default: 5 } } }, 'parameters.name.default'],
    [
      'a value for an invalid recipient',
      { parameters: { name: { bob: 'x' } } },
      'parameters.name.bob',
    ],
  ])('%s has a wrong format', async (_what, fields, name) => {
    await expectRefusal(batch(fields), 400, FORMAT);
    expect((await sms.post(batch(fields))).body['text']).toContain(
      `The format of parameter '${name}' is invalid; value '`,
    );
  });

  it('unknown group', async () => {
    await expectRefusal(batch({ to: ['01FC66621XXXXX119Z8PMV1QPG'] }), 403, 'unknown_group');
  });

  it('report without a receiver', async () => {
    await expectRefusal(batch({ delivery_report: 'full' }), 403, 'missing_callback_url');
  });

  it("accepted: report with the plan's receiver", async () => {
    await sms.settings({ callbackUrl: 'http://127.0.0.1:9/reports' });
    expect((await sms.post(batch({ delivery_report: 'full' }))).status).toBe(201);
    await sms.settings({ callbackUrl: null });
  });

  it('no sender if the plan has none', async () => {
    await sms.settings({ defaultOriginator: null });
    await expectRefusal(batch(), 400, CONSTRAINT, "The required parameter 'from' is missing.");
    expect((await sms.post(batch({ from: '12345' }))).status).toBe(201);
    await sms.settings({ defaultOriginator: 'Acme' });
  });

  it('body longer than the plan allows', async () => {
    await sms.settings({ longestBody: 10 });
    await expectRefusal(batch(), 400, CONSTRAINT);
    await sms.settings({ longestBody: 1600 });
  });

  it('body without a JSON content type', async () => {
    const request = { method: 'POST', path: '/batches', body: batch() };
    expect((await sms.call({ ...request, contentType: 'text/plain' })).status).toBe(415);
    const withCharset = { ...request, contentType: 'application/json; charset=utf-8' };
    expect((await sms.call(withCharset)).status).toBe(201);
  });

  it('body above the size limit', async () => {
    await expectRefusal(batch({ novelty: 'a'.repeat(300_000) }), 400, 'syntax_invalid_json');
  });

  it.each([
    ['PUT', '/batches', 405],
    ['PATCH', '/batches/01FC66621XXXXX119Z8PMV1QPQ', 405],
    ['GET', '/batches/dry_run', 405],
    ['POST', '/batches/01FC66621XXXXX119Z8PMV1QPQ/delivery_report', 405],
    ['GET', '/groups', 404],
    ['GET', '', 404],
    ['GET', '/batches/01FC66621XXXXX119Z8PMV1QPQ', 404],
    ['DELETE', '/batches/01FC66621XXXXX119Z8PMV1QPQ', 404],
    ['GET', '/batches/01FC66621XXXXX119Z8PMV1QPQ/delivery_report', 404],
  ])('%s %s', async (method, path, status) => {
    const answer = await send(sms.url, {
      method,
      path: `/xms/v1/${ACCOUNTS.servicePlanId}${path}`,
      headers: { authorization: `Bearer ${ACCOUNTS.apiToken}` },
    });
    expect([answer.status, answer.text]).toEqual([status, '']);
  });
});

describe('a dry run of the simulated Sinch SMS API', () => {
  const dryRun = (fields: Record<string, unknown>, query = '') =>
    sms.call({ method: 'POST', path: `/batches/dry_run${query}`, body: batch(fields) });
  const three = {
    to: ['+12017777777', '+12018888888', '+12019999999'],
    body: 'Hello ${name}!',
    parameters: { name: { '+12017777777': 'John', default: 'there' } },
  };

  it('counts recipients and parts and sends nothing', async () => {
    sms.inbox.clear();
    const { status, body } = await dryRun({ ...three, body: `${three.body}${'a'.repeat(160)}` });
    expect([status, body]).toEqual([200, { number_of_recipients: 3, number_of_messages: 6 }]);
    expect(sms.inbox.list()).toEqual([]);
    expect((await sms.get('')).body['count']).not.toBe(0);
  });

  it('returns the text of each recipient', async () => {
    const { body } = await dryRun(three, '?per_recipient=true&number_of_recipients=2');
    expect(body).toEqual({
      number_of_recipients: 3,
      number_of_messages: 3,
      per_recipient: [
        { recipient: '12017777777', number_of_parts: 1, body: 'Hello John!', encoding: 'text' },
        { recipient: '12018888888', number_of_parts: 1, body: 'Hello there!', encoding: 'text' },
      ],
    });
  });

  it('recognises text outside GSM-7', async () => {
    const { body } = await dryRun({ body: 'ж'.repeat(71) }, '?per_recipient=true');
    expect(body['per_recipient']).toMatchObject([{ number_of_parts: 2, encoding: 'unicode' }]);
  });

  it('refuses an invalid send', async () => {
    expect((await dryRun({ to: ['+1'] })).body['code']).toBe(FORMAT);
    expect((await dryRun({ expire_at: inMinutes(-1) })).body['code']).toBe(CONSTRAINT);
    expect((await dryRun({}, '?number_of_recipients=1001')).body['code']).toBe(CONSTRAINT);
  });

  it('leaves no batch behind', async () => {
    const before = (await sms.get('')).body['count'];
    await dryRun(three);
    expect((await sms.get('')).body['count']).toBe(before);
    await sms.sent();
    await eventually(async () => (await sms.get('')).body['count'] === Number(before) + 1);
  });
});
