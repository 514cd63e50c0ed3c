import { inspect } from 'node:util';
import {
  accepts,
  answers,
  drips,
  hangs,
  resets,
  startRecordingSms,
  type Behaviour,
  type RecordingSms,
} from '../recording-sms.js';
import { failureOf, MESSAGE, PLAN, planSender, PROJECT, projectSender } from '../sms-senders.js';

const refusal = (code: string, text = 'Their own words about 739104.') => ({ code, text });
const format = (field: string) =>
  refusal(
    'syntax_invalid_parameter_format',
    `The format of parameter '${field}' is invalid; value '+1' is not valid.`,
  );

let server: RecordingSms;
beforeEach(async () => {
  server = await startRecordingSms();
});
afterEach(() => server.close());

describe('a message through the Sinch SMS API', () => {
  const sent = async (options: Parameters<typeof planSender>[1] = {}) => {
    const result = await planSender(server.url, options).send(MESSAGE);
    const [call] = server.sends();
    return { result, call: call!, body: JSON.parse(call!.body) as Record<string, unknown> };
  };

  it('uses the service plan and its token', async () => {
    const { result, call } = await sent();
    expect(result).toEqual({ messageId: '01FC66621XXXXX119Z8PMV1QPQ' });
    expect(server.calls).toHaveLength(1);
    expect(call.path).toBe(`POST /xms/v1/${PLAN.servicePlanId}/batches`);
    expect(call.headers).toMatchObject({
      authorization: `Bearer ${PLAN.apiToken}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
  });

  it('has the documented body and nothing else', async () => {
    const { body } = await sent();
    expect(body).toEqual({
      to: [MESSAGE.to],
      body: MESSAGE.text,
      type: 'mt_text',
      expire_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      client_reference: MESSAGE.reference,
    });
  });

  it('expires together with its code', async () => {
    const { body } = await sent();
    expect(body['expire_at']).toBe(MESSAGE.expiresAt.toISOString());
  });

  it('has a sender when one is configured', async () => {
    expect((await sent({ from: 'Acme' })).body['from']).toBe('Acme');
  });

  it('requests a final report when a callback URL is configured', async () => {
    const callbackUrl = 'https://acme.example/callbacks/sinch/sms/token';
    expect((await sent({ callbackUrl })).body).toMatchObject({
      delivery_report: 'per_recipient_final',
      callback_url: callbackUrl,
    });
  });

  it('keeps characters of every script', async () => {
    const text = '123456 رمز التحقق من Acme. لا تشاركه مع أحد.\n@example.com #123456';
    await planSender(server.url).send({ ...MESSAGE, text });
    expect(JSON.parse(server.calls[0]!.body)).toMatchObject({ body: text });
  });

  it('is not sent when it contains a Sinch parameter', async () => {
    const text = '739104 is your ${name} code.';
    const failure = await failureOf(planSender(server.url).send({ ...MESSAGE, text }));
    expect([failure.kind, failure.didNothing]).toEqual(['bad-credentials', true]);
    expect(server.calls).toEqual([]);
  });

  it('of a project names the project in its path', async () => {
    server.onToken(answers(200, { access_token: 'at-1', token_type: 'bearer', expires_in: 3599 }));
    await projectSender(server.url).send(MESSAGE);
    expect(server.sends()[0]?.path).toBe(`POST /xms/v1/${PROJECT.projectId}/batches`);
  });

  it('may contain a dollar sign or a brace', async () => {
    await planSender(server.url).send({ ...MESSAGE, text: '$5 {x} $ {' });
    expect(server.calls).toHaveLength(1);
  });
});

describe.each([
  ['service plan', (timeoutMs: number) => planSender(server.url, { timeoutMs })],
  [
    'project',
    (timeoutMs: number) => {
      server.onToken(
        answers(200, { access_token: 'at-1', token_type: 'bearer', expires_in: 3599 }),
      );
      return projectSender(server.url, { timeoutMs });
    },
  ],
])('what the API answers to a %s', (_variant, sender) => {
  const outcome = async (behaviour: Behaviour, timeoutMs = 2000) => {
    server.onSend(behaviour);
    const failure = await failureOf(sender(timeoutMs).send(MESSAGE));
    const told = inspect(failure, { depth: null });
    for (const secret of ['739104', '46700000101', PLAN.apiToken, PROJECT.keySecret, 'at-1']) {
      expect(told).not.toContain(secret);
    }
    expect(told).not.toContain('own words');
    expect(server.sends()).toHaveLength(1);
    return failure;
  };

  it.each<[string, number, unknown, string, boolean]>([
    ['a bad number', 400, format('to[0]'), 'rejected-destination', true],
    ['bad numbers', 400, format('to'), 'rejected-destination', true],
    ['a bad sender', 400, format('from'), 'bad-credentials', true],
    [
      'no right to number',
      400,
      refusal('not_allowed', "Parameter 'to' of 739104"),
      'bad-credentials',
      true,
    ],
    ['a bad time', 400, refusal('syntax_constraint_violation'), 'bad-credentials', true],
    ['bad JSON', 400, refusal('syntax_invalid_json'), 'bad-credentials', true],
    ['400 and nothing', 400, '', 'bad-response', false],
    ['400 and a page', 400, '<html>', 'bad-response', false],
    ['401 and nothing', 401, '', 'bad-credentials', true],
    ['402', 402, '', 'quota-exhausted', true],
    ['no such group', 403, refusal('unknown_group'), 'rejected-destination', true],
    ['no such campaign', 403, refusal('unknown_campaign'), 'bad-credentials', true],
    ['no callback URL', 403, refusal('missing_callback_url'), 'bad-credentials', true],
    ['a wrong type of sender', 403, refusal('illegal_number_type'), 'bad-credentials', true],
    ['the same, misspelt', 403, refusal('llegal_number_type'), 'bad-credentials', true],
    ['a blocked account', 403, refusal('blocked_account'), 'bad-credentials', true],
    ['403 and a page', 403, '<html>', 'bad-credentials', true],
    ['404', 404, '', 'bad-response', false],
    ['405', 405, '', 'bad-response', false],
    ['415', 415, '', 'bad-response', false],
    ['429', 429, '', 'rate-limited', true],
    ['500', 500, '', 'timeout-unknown', false],
    ['502 and a page', 502, '<html>', 'timeout-unknown', false],
    ['503', 503, '', 'unreachable', true],
    ['200 instead of 201', 200, { id: 'x' }, 'bad-response', false],
    ['204', 204, undefined, 'bad-response', false],
    ['201 and nothing', 201, '', 'bad-response', false],
    ['201 and a page', 201, '<html>', 'bad-response', false],
    ['201 without an id', 201, { canceled: false }, 'bad-response', false],
    ['201 with an invalid id', 201, { id: 'a b' }, 'bad-response', false],
    ['201 with an id of another type', 201, { id: 5 }, 'bad-response', false],
    ['201 cut off', 201, '{"id":"01FC6', 'bad-response', false],
    ['an oversized body', 201, { id: 'x', more: 'x'.repeat(65_536) }, 'bad-response', false],
  ])('%s', async (_what, status, body, kind, didNothing) => {
    const failure = await outcome(answers(status, body));
    expect([failure.provider, failure.kind, failure.didNothing]).toEqual([
      'sinch-sms',
      kind,
      didNothing,
    ]);
  });

  it('keeps the code and the status of a refusal', async () => {
    const failure = await outcome(answers(403, refusal('blocked_account')));
    expect(failure.facts).toEqual({ httpStatus: 403, providerCode: 'blocked_account' });
  });

  it('drops an error code with an unknown format', async () => {
    const failure = await outcome(answers(403, refusal('739104 for +46700000101')));
    expect(failure.facts).toEqual({ httpStatus: 403 });
  });

  it('keeps the retry delay', async () => {
    const failure = await outcome(answers(429, '', { 'retry-after': '7' }));
    expect(failure.facts).toEqual({ httpStatus: 429, retryAfterSeconds: 7 });
  });

  it.each(['soon', '-1', '0'])('ignores the retry delay %p', async (wait) => {
    const failure = await outcome(answers(429, '', { 'retry-after': wait }));
    expect(failure.facts).toEqual({ httpStatus: 429 });
  });

  it('does not follow a redirect', async () => {
    const other = await startRecordingSms();
    const failure = await outcome(answers(307, '', { location: `${other.url}/elsewhere` }));
    expect(failure.kind).toBe('bad-response');
    expect(other.calls).toEqual([]);
    await other.close();
  });

  it.each<[string, Behaviour]>([
    ['hangs', hangs],
    ['drips', drips],
    ['resets the connection', resets],
  ])('a server that %s: nobody knows, and nothing is repeated', async (_what, behaviour) => {
    const startedAt = performance.now();
    const failure = await outcome(behaviour, 300);
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect([failure.kind, failure.didNothing]).toEqual(['timeout-unknown', false]);
  });

  const ours = { id: 'b-1', to: ['46700000101'], body: MESSAGE.text, canceled: false };
  const foundAmong = (batches: object[]) => {
    server.onSend(answers(502, '<html>'));
    server.onLookup(answers(200, { count: batches.length, page: 0, page_size: 30, batches }));
    return sender(2000).send(MESSAGE);
  };

  it('finds a message whose response was lost by its reference', async () => {
    expect(await foundAmong([ours])).toEqual({ messageId: 'b-1' });
    expect(server.sends()).toHaveLength(1);
    expect(server.lookups().map(({ path }) => path)).toEqual([
      expect.stringMatching(/^GET \/xms\/v1\/[^/]+\/batches\?client_reference=send-reference-1$/),
    ]);
  });

  it.each([
    ['another text', { body: 'another text' }],
    ['another number', { to: ['46700000102'] }],
    ['no text', { body: undefined }],
    ['a cancelled message', { canceled: true }],
    ['an id of another type', { id: 5 }],
  ])('does not take %s for it', async (_what, difference) => {
    const failure = await failureOf(foundAmong([{ ...ours, ...difference }]));
    expect([failure.kind, failure.facts.httpStatus]).toEqual(['timeout-unknown', 502]);
  });

  it.each<[string, Behaviour]>([
    ['fails', answers(500)],
    ['answers nonsense', answers(200, '<html>')],
    ['resets the connection', resets],
  ])('asks once, even if the lookup %s', async (_what, behaviour) => {
    server.onSend(answers(502, '<html>'));
    server.onLookup(behaviour);
    const failure = await failureOf(sender(2000).send(MESSAGE));
    expect([failure.kind, failure.facts.httpStatus]).toEqual(['timeout-unknown', 502]);
    expect([server.sends().length, server.lookups().length]).toEqual([1, 1]);
  });

  it('ignores unknown members beside the id', async () => {
    server.onSend(answers(201, { id: 'b-1', novelty: [1], parameters: null }));
    expect(await sender(2000).send(MESSAGE)).toEqual({ messageId: 'b-1' });
  });
});

describe('an unreachable API', () => {
  it('is reported as unreachable', async () => {
    const failure = await failureOf(planSender('http://127.0.0.1:9').send(MESSAGE));
    expect([failure.kind, failure.didNothing]).toEqual(['unreachable', true]);
  });

  it('works again once it is reachable', async () => {
    const sender = planSender(server.url);
    server.onSend(resets);
    await failureOf(sender.send(MESSAGE));
    server.onSend(accepts);
    expect(await sender.send(MESSAGE)).toMatchObject({ messageId: expect.any(String) });
    expect(server.sends()).toHaveLength(2);
  });
});
