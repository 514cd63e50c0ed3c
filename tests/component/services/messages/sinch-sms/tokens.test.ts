import { setTimeout as sleep } from 'node:timers/promises';
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
import { failureOf, MESSAGE, PROJECT, projectSender } from '../sms-senders.js';

const EXPIRED = { 'www-authenticate': 'Bearer error="invalid_token", error_description="expired"' };
const bearers = (server: RecordingSms) => server.sends().map((call) => call.headers.authorization);

let server: RecordingSms;
let issued: number;

/** Issues the tokens at-1, at-2, … */
const issues =
  (expires_in: unknown = 3599, delayMs = 0): Behaviour =>
  async (res, call) => {
    await sleep(delayMs);
    issued += 1;
    const answer = { access_token: `at-${issued}`, token_type: 'Bearer', expires_in, scope: '' };
    answers(200, answer)(res, call);
  };

beforeEach(async () => {
  issued = 0;
  server = await startRecordingSms();
  server.onToken(issues());
});
afterEach(() => server.close());

describe('the access token of a project', () => {
  it('is requested with the access key as a form', async () => {
    await projectSender(server.url).send(MESSAGE);
    expect(server.tokenCalls()).toMatchObject([
      {
        path: 'POST /oauth2/token',
        body: 'grant_type=client_credentials',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${btoa(`${PROJECT.keyId}:${PROJECT.keySecret}`)}`,
        },
      },
    ]);
    expect(server.sends()[0]).toMatchObject({
      path: `POST /xms/v1/${PROJECT.projectId}/batches`,
      headers: { authorization: 'Bearer at-1' },
    });
  });

  it('is fetched once for 50 parallel sends', async () => {
    server.onToken(issues(3599, 100));
    const sender = projectSender(server.url);
    await Promise.all(Array.from({ length: 50 }, () => sender.send(MESSAGE)));
    expect(server.tokenCalls()).toHaveLength(1);
    expect(bearers(server)).toEqual(Array.from({ length: 50 }, () => 'Bearer at-1'));
  });

  it('is reused', async () => {
    const sender = projectSender(server.url);
    for (let count = 0; count < 3; count += 1) await sender.send(MESSAGE);
    expect([server.tokenCalls().length, server.sends().length]).toEqual([1, 3]);
  });

  it('is renewed shortly before it expires', async () => {
    server.onToken(issues(1));
    const sender = projectSender(server.url);
    await sender.send(MESSAGE);
    await sender.send(MESSAGE);
    expect(server.tokenCalls()).toHaveLength(1);
    await sleep(920);
    await sender.send(MESSAGE);
    expect(bearers(server)).toEqual(['Bearer at-1', 'Bearer at-1', 'Bearer at-2']);
  });

  it('is kept for a default time without an expiry', async () => {
    server.onToken(issues(undefined));
    const sender = projectSender(server.url);
    await sender.send(MESSAGE);
    await sender.send(MESSAGE);
    expect(server.tokenCalls()).toHaveLength(1);
  });
});

describe('a token that the API reports as expired', () => {
  const refusesFirstToken: Behaviour = (res, call) => {
    const isOld = call.headers.authorization === 'Bearer at-1';
    (isOld ? answers(401, '', EXPIRED) : accepts)(res, call);
  };

  it('is replaced, and the message is sent again unchanged', async () => {
    server.onSend(refusesFirstToken);
    await projectSender(server.url).send(MESSAGE);
    expect(bearers(server)).toEqual(['Bearer at-1', 'Bearer at-2']);
    const [first, second] = server.sends();
    expect(second!.body).toBe(first!.body);
  });

  it('is replaced once for 50 parallel sends', async () => {
    const sender = projectSender(server.url);
    await sender.send(MESSAGE);
    server.onSend(refusesFirstToken);
    await Promise.all(Array.from({ length: 50 }, () => sender.send(MESSAGE)));
    expect(server.tokenCalls()).toHaveLength(2);
    expect(bearers(server).filter((bearer) => bearer === 'Bearer at-2')).toHaveLength(50);
  });

  it('is not replaced a second time', async () => {
    server.onSend(answers(401, '', EXPIRED));
    const failure = await failureOf(projectSender(server.url).send(MESSAGE));
    expect(failure.kind).toBe('bad-credentials');
    expect([server.tokenCalls().length, server.sends().length]).toEqual([2, 2]);
  });

  it('is the only reason for a retry', async () => {
    const wrong = { 'www-authenticate': 'Bearer error="invalid_token"' };
    server.onSend(answers(401, '', wrong));
    const failure = await failureOf(projectSender(server.url).send(MESSAGE));
    expect(failure.kind).toBe('bad-credentials');
    expect([server.tokenCalls().length, server.sends().length]).toEqual([1, 1]);
  });

  it.each<[string, Behaviour, string]>([
    ['500', answers(500), 'timeout-unknown'],
    ['a reset', resets, 'timeout-unknown'],
    ['429', answers(429), 'rate-limited'],
  ])('and then %s: that is the end', async (_what, next, kind) => {
    server.onSend((res, call) => {
      server.onSend(next);
      answers(401, '', EXPIRED)(res, call);
    });
    const failure = await failureOf(projectSender(server.url).send(MESSAGE));
    expect(failure.kind).toBe(kind);
    expect(server.sends()).toHaveLength(2);
  });
});

describe('a failing token request', () => {
  it.each<[string, Behaviour, string]>([
    ['a wrong key', answers(401, { error: 'invalid_client' }), 'bad-credentials'],
    ['a key without permission', answers(400, { error: 'unauthorized_client' }), 'bad-credentials'],
    ['403', answers(403), 'bad-credentials'],
    ['429', answers(429), 'rate-limited'],
    ['500', answers(500), 'unreachable'],
    ['503 and a page', answers(503, '<html>'), 'unreachable'],
    ['404', answers(404), 'unreachable'],
    ['a redirect', answers(302, '', { location: 'http://127.0.0.1:9/' }), 'unreachable'],
    ['no JSON', answers(200, '<html>'), 'unreachable'],
    ['no token', answers(200, { token_type: 'bearer' }), 'unreachable'],
    [
      'a token of another type',
      answers(200, { access_token: 'x', token_type: 'mac' }),
      'unreachable',
    ],
    [
      'a token with a line break',
      answers(200, { access_token: 'a\r\nx: y', token_type: 'bearer' }),
      'unreachable',
    ],
    ['silence', hangs, 'unreachable'],
    ['a drip', drips, 'unreachable'],
    ['a reset', resets, 'unreachable'],
  ])('%s: nothing is sent, and that is certain', async (_what, behaviour, kind) => {
    server.onToken(behaviour);
    const failure = await failureOf(projectSender(server.url, { timeoutMs: 300 }).send(MESSAGE));
    expect([failure.provider, failure.kind, failure.didNothing]).toEqual(['sinch-sms', kind, true]);
    expect([server.tokenCalls().length, server.sends().length]).toEqual([1, 0]);
    expect(JSON.stringify(failure)).not.toContain(PROJECT.keySecret);
  });

  it("keeps the server's retry delay", async () => {
    server.onToken(answers(429, '', { 'retry-after': '3' }));
    const failure = await failureOf(projectSender(server.url).send(MESSAGE));
    expect(failure.facts).toEqual({ httpStatus: 429, retryAfterSeconds: 3 });
  });

  it('fails for an unreachable address', async () => {
    const failure = await failureOf(
      projectSender(server.url, { authUrl: 'http://127.0.0.1:9' }).send(MESSAGE),
    );
    expect([failure.kind, server.sends().length]).toEqual(['unreachable', 0]);
  });

  it('is repeated by the next send', async () => {
    const sender = projectSender(server.url);
    server.onToken(answers(503));
    await failureOf(sender.send(MESSAGE));
    server.onToken(issues());
    await sender.send(MESSAGE);
    expect(server.sends()).toHaveLength(1);
  });

  it('fails all waiting sends with one call', async () => {
    server.onToken(async (res, call) => {
      await sleep(100);
      answers(401)(res, call);
    });
    const sender = projectSender(server.url);
    const kinds = await Promise.all(
      Array.from({ length: 50 }, async () => (await failureOf(sender.send(MESSAGE))).kind),
    );
    expect(new Set(kinds)).toEqual(new Set(['bad-credentials']));
    expect(server.calls).toHaveLength(1);
  });
});

describe('the deadline', () => {
  const elapsed = async (work: Promise<unknown>) => {
    const begun = performance.now();
    await work;
    return performance.now() - begun;
  };

  it('covers both the token and the send', async () => {
    server.onToken(issues(3599, 400));
    server.onSend(hangs);
    const send = failureOf(projectSender(server.url, { timeoutMs: 700 }).send(MESSAGE));
    // Two deadlines would be 1,100 ms.
    expect(await elapsed(send)).toBeLessThan(1000);
    expect((await send).kind).toBe('timeout-unknown');
  });

  it('prevents a send after a late token', async () => {
    server.onToken(issues(3599, 400));
    const failure = await failureOf(projectSender(server.url, { timeoutMs: 300 }).send(MESSAGE));
    expect(failure.kind).toBe('unreachable');
    await sleep(300);
    expect(server.sends()).toEqual([]);
  });

  it('of one caller does not affect another', async () => {
    const sender = projectSender(server.url, { timeoutMs: 700 });
    server.onSend(async (res, call) => {
      server.onToken(issues(3599, 400));
      server.onSend(accepts);
      await sleep(500);
      answers(401, '', EXPIRED)(res, call);
    });
    // The first caller has 200 ms left for its second token, the second caller 700 ms.
    const first = failureOf(sender.send(MESSAGE));
    await sleep(600);
    const second = sender.send(MESSAGE);
    expect((await first).kind).toBe('unreachable');
    expect(await second).toMatchObject({ messageId: expect.any(String) });
    expect([server.tokenCalls().length, server.sends().length]).toEqual([2, 2]);
  });
});
