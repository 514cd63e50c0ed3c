import type { ServerResponse } from 'node:http';
import { administer } from '../../../support/database.js';
import { noteSecret } from '../../../support/evidence.js';
import { FakeSinch } from '../../../support/fake-sinch.js';
import { freshNumber, type TestService } from '../../../support/service.js';

/** Secrets and personal data that must not appear in logs. */
export class Secrets {
  readonly texts = new Set([FakeSinch.secret]);
  readonly codes = new Set<string>();
  readonly numbers = new Set<string>();

  number(): string {
    const number = freshNumber();
    this.numbers.add(number);
    noteSecret(number);
    return number;
  }
}

/** Runs a service through successful, failing and invalid requests. */
export async function live(service: TestService, secrets: Secrets): Promise<void> {
  await succeed(service, secrets);
  await suffer(service, secrets);
  await meetNonsense(service, secrets);
  await loseTheDatabase(service, secrets);
  for (const call of service.sinch.calls) secrets.texts.add(String(call.headers.authorization));
  for (const { code } of service.sinch.started) secrets.codes.add(code);
}

async function succeed(service: TestService, secrets: Secrets): Promise<void> {
  for (const spelled of [
    (e164: string) => e164,
    (e164: string) => `(${e164.slice(2, 5)}) ${e164.slice(5)}`,
  ]) {
    const e164 = secrets.number();
    const body = {
      phoneNumber: spelled(e164),
      country: 'US',
      reference: `about ${e164}`,
      locale: 'en-US',
    };
    const asked = await service.post('/request-otp', body);
    const id = String(asked.body['verificationId']);
    await service.verify(id, service.sinch.wrongCodeFor(e164));
    const verified = await service.verify(id, service.sinch.codeFor(e164));
    expect(verified.status).toBe(200);
    secrets.texts.add(String(verified.body['proof']));
    await service.verify(id, service.sinch.codeFor(e164));
    await service.post('/verify-otp', { phoneNumber: e164, code: service.sinch.codeFor(e164) });
  }
}

const PROVIDER_STATUSES = [400, 401, 402, 403, 404, 409, 422, 429, 500, 503];
async function suffer(service: TestService, secrets: Secrets): Promise<void> {
  const plans: (() => void)[] = [
    ...PROVIDER_STATUSES.map(
      (status) => () =>
        service.sinch.misbehave('POST', (_req, res, body) => echo(res, status, body)),
    ),
    () => service.sinch.misbehave('POST', (_req, res, body) => echo(res, 200, body)),
    () => service.sinch.misbehave('POST', (_req, res) => void res.socket?.resetAndDestroy()),
    () => service.sinch.misbehave('POST', () => undefined),
  ];
  for (const plan of plans) {
    plan();
    await service.post('/request-otp', { phoneNumber: secrets.number() });
  }
  for (const status of [200, 400, 401, 404, 500]) {
    const number = secrets.number();
    const id = await service.request(number);
    service.sinch.misbehave('PUT', (_req, res, body) => echo(res, status, body));
    await service.verify(id, service.sinch.codeFor(number));
  }
}

/** A response that echoes the request, with number and code. */
function echo(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'X-Echo': encodeURIComponent(body) });
  res.end(
    JSON.stringify({ errorCode: body, message: body, reference: body, status: body, reason: body }),
  );
}

async function meetNonsense(service: TestService, secrets: Secrets): Promise<void> {
  const number = secrets.number();
  const id = await service.request(number);
  const code = service.sinch.codeFor(number);
  const digits = number.slice(1);
  const odd: Record<string, string>[] = [
    { 'x-request-id': digits },
    { 'x-request-id': `phone-${digits}` },
    { 'x-request-id': `${digits.slice(0, 4)}-${digits.slice(4)}` },
    { 'x-request-id': `${digits.slice(0, 1)}.${digits.slice(1, 4)}.${digits.slice(4)}` },
    { 'x-request-id': JSON.stringify({ code }) },
    {
      'user-agent': number,
      referer: `https://x.test/?to=${number}`,
      cookie: `code=${code}; to=${number}`,
    },
    { 'x-forwarded-for': number, forwarded: `for=${number}`, 'x-real-ip': digits },
    { 'idempotency-key': number, authorization: `Bearer ${code}.${number}` },
    { 'accept-language': number, origin: `https://${digits}.test`, traceparent: digits },
  ];
  for (const headers of odd) {
    await service.get(`/livez?to=${encodeURIComponent(number)}&code=${code}`, headers);
    await service.post(`/verify-otp?code=${code}`, { verificationId: id, code: number }, headers);
    await service.get(`/${code}/${number}/${encodeURIComponent(`${number}\n${code}`)}`, headers);
    await service.get(`/%ff${code}`, headers);
  }
  for (const field of [
    'phoneNumber',
    'country',
    'channel',
    'purpose',
    'locale',
    'unknown',
    number,
    code,
  ]) {
    await service.post('/request-otp', { [field]: `${number} ${code}` });
    await service.post('/verify-otp', {
      verificationId: id,
      code: number,
      [field]: { [number]: code },
    });
    await service.post('/verify-otp', { verificationId: `${number}${code}`, code });
  }
  for (const body of [
    `{"phoneNumber":"${number}","code":"${code}"`,
    `${number} ${code}`,
    `"${code}"`,
  ]) {
    for (const type of ['application/json', `text/${code}`, `application/json; charset=${code}`]) {
      await service.call('POST', '/verify-otp', body, { 'content-type': type });
    }
  }
  await service.call('POST', '/verify-otp', 'x', {
    'content-type': 'application/json',
    'content-encoding': code,
  });
  await service.call('PUT', `/verify-otp?${number}`, code);
}

/** Driver errors contain row values after a violated constraint, and the address after a lost connection. */
async function loseTheDatabase(service: TestService, secrets: Secrets): Promise<void> {
  const number = secrets.number();
  const body = { phoneNumber: number, reference: `no ${number}` };
  await service.rows(
    `ALTER TABLE verifications ADD CONSTRAINT odd CHECK (reference IS DISTINCT FROM 'no ${number}')`,
  );
  expect((await service.post('/request-otp', body)).status).toBe(500);
  await service.rows('ALTER TABLE verifications DROP CONSTRAINT odd');
  await service.rows('DROP INDEX verifications_numbers_in_reference');
  await service.rows('ALTER TABLE verifications ALTER COLUMN reference TYPE bigint USING NULL');
  expect((await service.post('/request-otp', body)).status).toBe(500);
  await service.rows('ALTER TABLE verifications ALTER COLUMN reference TYPE text');
  const id = await service.request(number);
  await service.rows('ALTER TABLE users RENAME TO people');
  expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(500);
  const [row] = await service.rows('SELECT current_database() AS name');
  const name = String(row?.['name']);
  await administer(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS false`);
  await administer(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  expect((await service.post('/request-otp', { phoneNumber: number })).status).toBe(503);
}
