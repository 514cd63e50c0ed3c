import { Validator } from '@seriousme/openapi-schema-validator';
import type { OpenApiDocument, Operation } from '../../../scripts/docs/openapi.js';
import { ERROR_CATALOGUE } from '../../../src/errors/error-catalogue.js';
import { createOperator } from '../../support/applications.js';
import { SINCH_CALLBACK, signedBySinch, type SignedCallback } from '../../support/callbacks.js';
import { TestService, freshNumber, type Answer } from '../../support/service.js';
import { answerChecker } from './support/answer-checker.js';
import {
  answersAboutApplications,
  answersAboutWebhooks,
  type Ask,
} from './support/operator-answers.js';
import { servedRoutes } from './support/served-routes.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const NOBODY = '0'.repeat(37);

let served: string[];
let service: TestService;
let document: OpenApiDocument;
let matches: (answer: Answer, method: string, path: string) => string[];

beforeAll(async () => {
  served = await servedRoutes();
  service = await TestService.start({
    OTP_COUNTRIES: 'US,GB',
    LIMIT_RESEND_COOLDOWN_SECONDS: '60',
    OTP_MAX_ATTEMPTS: '2',
  });
  document = (await service.get('/openapi.json')).body as unknown as OpenApiDocument;
  matches = answerChecker(document);
});
afterAll(() => service.stop());

function operations(): { method: string; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate({ ...document });
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('describes every operation with name, summary and errors', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map((tag) => tag.name);
    for (const { operation } of operations()) {
      // A verb and a noun: the name of a function.
      expect(operation.operationId).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
      expect(operation.summary).not.toBe('');
      expect(operation.tags).toHaveLength(1);
      expect(tags).toContain(operation.tags[0]);
      const statuses = Object.keys(operation.responses);
      expect(statuses.some((status) => /^20[01]$/.test(status))).toBe(true);
      expect(statuses.filter((status) => Number(status) >= 400)).not.toEqual([]);
    }
  });

  test('contains every error code of the catalogue under its status', () => {
    const { components } = document as unknown as {
      components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
    };
    const codes = Object.keys(ERROR_CATALOGUE) as (keyof typeof ERROR_CATALOGUE)[];
    expect(components.schemas.Problem.properties.code.enum).toEqual(codes);
    for (const { operation } of operations()) {
      for (const [status, { description }] of Object.entries(operation.responses)) {
        const named = codes.filter((code) => description.includes(`\`${code}\``));
        expect(named.filter((code) => String(ERROR_CATALOGUE[code].status) !== status)).toEqual([]);
        if (!status.startsWith('2')) expect(named).not.toEqual([]);
      }
    }
  });

  test('lists exactly the routes that the app serves', () => {
    const listed = operations().map(({ method, path }) => `${method} ${path}`);
    expect([...served].sort()).toEqual(['get /openapi.json', ...listed].sort());
  });

  test('lists all methods of each path', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of METHODS) {
        const address = path.replaceAll(/\{\w+\}/g, NOBODY);
        const answer = await service.call(method.toUpperCase(), address);
        const where = `${method} ${path}`;
        if (method in methods) {
          expect([where, answer.body['code']]).not.toEqual([where, 'not_found']);
          expect(matches(answer, method, path)).toEqual([]);
        } else {
          expect([where, answer.status]).toEqual([where, 405]);
          const allowed = answer.headers.get('allow')?.toLowerCase().split(', ') ?? [];
          expect(allowed.filter((name) => name !== 'head')).toEqual(Object.keys(methods));
        }
      }
    }
  });
});

describe('responses match the document', () => {
  const seen = new Set<string>();

  /** The response, checked against the document. */
  const documented = async (path: string, answering: Promise<Answer>, method = 'post') => {
    const answer = await answering;
    expect([answer.status, answer.text, matches(answer, method, path)]).toEqual([
      answer.status,
      answer.text,
      [],
    ]);
    seen.add(`${method} ${path} ${answer.status}`);
    return answer;
  };
  const send = (body: object) => documented('/request-otp', service.post('/request-otp', body));
  const check = (body: object) => documented('/verify-otp', service.post('/verify-otp', body));
  const sent = async () => {
    const phoneNumber = freshNumber();
    const verificationId = await service.request(phoneNumber);
    return { verificationId, phoneNumber, code: service.sinch.codeFor(phoneNumber) };
  };

  test('when a code is sent or refused', async () => {
    const phoneNumber = freshNumber();
    const json = { 'content-type': 'application/json' };
    const raw = (body: string, headers = {}) =>
      documented('/request-otp', service.call('POST', '/request-otp', body, headers));
    const answers = [
      await send({ phoneNumber, reference: 'order 17', locale: 'en-GB' }),
      await send({ phoneNumber }),
      await send({}),
      await send({ phoneNumber: '+1415' }),
      await send({ phoneNumber: '+46701740605' }),
      await send({ phoneNumber: '+19005550123' }),
      await raw('x'.repeat(9000), json),
      await raw('hello'),
    ];
    expect(answers.map(({ status, body }) => `${status} ${String(body['code'])}`)).toEqual([
      '200 undefined',
      '429 cooldown',
      '400 invalid_request',
      '400 invalid_phone_number',
      '403 region_not_allowed',
      '403 number_type_not_allowed',
      '413 payload_too_large',
      '415 unsupported_media_type',
    ]);
  });

  test('when the provider cannot send', async () => {
    service.sinch.answer('POST', 402, { errorCode: 40200, message: 'No credit' });
    expect((await send({ phoneNumber: freshNumber() })).status).toBe(502);
    service.sinch.answer('POST', 503, { errorCode: 50300, message: 'Broken' });
    expect((await send({ phoneNumber: freshNumber() })).status).toBe(503);
    service.sinch.misbehave('POST', (req) => req.socket.destroy());
    expect((await send({ phoneNumber: freshNumber() })).status).toBe(504);
  });

  test('when a code is checked', async () => {
    const { verificationId, phoneNumber, code } = await sent();
    await check({ verificationId, code: service.sinch.wrongCodeFor(phoneNumber) });
    expect((await check({ verificationId, code })).status).toBe(200);
    expect((await check({ verificationId, code })).status).toBe(409);
    expect((await check({ verificationId: NOBODY, code })).status).toBe(404);
    expect((await check({ phoneNumber, code })).status).toBe(401);
    await check({ verificationId });
    const big = { 'content-type': 'application/json' };
    await documented('/verify-otp', service.call('POST', '/verify-otp', 'x'.repeat(9000), big));
    await documented('/verify-otp', service.call('POST', '/verify-otp', 'hello'));
  });

  test('when no attempt is left', async () => {
    const { verificationId, phoneNumber, code } = await sent();
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    await check({ verificationId, code: wrong });
    await check({ verificationId, code: wrong });
    expect((await check({ verificationId, code })).status).toBe(429);
  });

  test('when the provider cannot check', async () => {
    const { verificationId, code } = await sent();
    service.sinch.answer('PUT', 200, { id: 'x', method: 'sms', status: 'FAIL', reason: 'Expired' });
    expect((await check({ verificationId, code })).status).toBe(410);
    service.sinch.answer('PUT', 503, { errorCode: 50300, message: 'Broken' });
    expect((await check({ verificationId, code })).status).toBe(503);
    service.sinch.answer('PUT', 402, { errorCode: 40200, message: 'No credit' });
    expect((await check({ verificationId, code })).status).toBe(502);
    service.sinch.misbehave('PUT', (req) => req.socket.destroy());
    expect((await check({ verificationId, code })).status).toBe(504);
  });

  test('when the holder reads, resends and cancels', async () => {
    const { verificationId, code } = await sent();
    const path = `/verifications/${verificationId}`;
    await documented('/verifications/{id}', service.get(path), 'get');
    await documented('/verifications/{id}', service.get(`/verifications/${NOBODY}`), 'get');
    await documented('/verifications/{id}/resend', service.post(`${path}/resend`, {}));
    await service.rows('UPDATE phone_limits SET next_send_at = now()');
    await documented('/verifications/{id}/resend', service.post(`${path}/resend`, {}));
    await documented('/verifications/{id}', service.call('DELETE', path), 'delete');
    expect((await check({ verificationId, code })).status).toBe(410);
    await documented('/verifications/{id}/resend', service.post(`${path}/resend`, {}));
  });

  test('when a proof is introspected and spent', async () => {
    const { verificationId, code } = await sent();
    const { proof } = (await check({ verificationId, code })).body;
    for (const given of [{ proof }, { proof: 'no proof' }, {}]) {
      await documented('/proofs/introspect', service.post('/proofs/introspect', given));
    }
    const spend = (body: object) =>
      documented('/proofs/spend', service.post('/proofs/spend', body));
    expect((await spend({ proof })).status).toBe(200);
    expect((await spend({ proof })).status).toBe(409);
    expect((await spend({ proof: 'no proof' })).status).toBe(401);
  });

  test('when an Idempotency-Key is reused', async () => {
    const headers = { 'idempotency-key': 'order-17' };
    const again = (phoneNumber: string) =>
      documented('/request-otp', service.post('/request-otp', { phoneNumber }, headers));
    const phoneNumber = freshNumber();
    expect((await again(phoneNumber)).body).toEqual((await again(phoneNumber)).body);
    expect((await again(freshNumber())).status).toBe(422);
  });

  let operator: Record<string, string>;
  beforeAll(async () => void (operator = await createOperator(service)));
  const ask: Ask = (method, template, value = '', body) => {
    const path = template.replace(/\{\w+\}/, encodeURIComponent(value));
    const headers = { ...operator, ...(body && { 'content-type': 'application/json' }) };
    const answering = service.call(method.toUpperCase(), path, JSON.stringify(body), headers);
    return documented(template, answering, method);
  };

  test('when an operator searches and administers', async () => {
    const { verificationId, phoneNumber, code } = await sent();
    await check({ verificationId, code });
    const rule = { pattern: '+1473*', kind: 'block' };
    const number = '/operator/numbers/{phoneNumber}';
    const answers = [
      await ask('get', '/verifications'),
      await ask('get', '/operator/verifications/{id}', verificationId),
      await ask('get', number, phoneNumber),
      await ask('post', `${number}/unblock`, phoneNumber),
      await ask('post', '/operator/rules', '', rule),
      await ask('get', '/operator/rules'),
      await ask('delete', '/operator/rules/{pattern}', rule.pattern),
      await ask('get', '/users/{phoneNumber}', phoneNumber),
      await ask('delete', '/users/{phoneNumber}', phoneNumber),
      await ask('post', '/operator/purge'),
      await ask('post', '/operator/sweep'),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const unknown = [
      await ask('get', '/users/{phoneNumber}', phoneNumber),
      await ask('delete', '/operator/rules/{pattern}', rule.pattern),
      await ask('get', number, 'nobody'),
    ];
    expect(unknown.map(({ status }) => status)).toEqual(unknown.map(() => 404));
  });

  test('when an operator manages applications, keys and webhooks', async () => {
    expect(await answersAboutApplications(ask)).toMatchObject(Array(8).fill({ status: 200 }));
    expect(await answersAboutWebhooks(ask)).toMatchObject([
      { status: 201 },
      ...Array(9).fill({ status: 200 }),
      { status: 404 },
    ]);
  });

  test('when the probes and the keys are read', async () => {
    for (const path of ['/.well-known/jwks.json', '/livez', '/readyz'])
      expect((await documented(path, service.get(path), 'get')).status).toBe(200);
  });

  test('when a provider or another caller sends a callback', async () => {
    const call = ({ body, headers }: SignedCallback) =>
      documented(SINCH_CALLBACK, service.call('POST', SINCH_CALLBACK, body, headers));
    expect((await call(signedBySinch({ event: 'VerificationRequestEvent' }))).status).toBe(200);
    expect((await call(signedBySinch({ event: 'x' }, { path: '/' }))).status).toBe(401);
    expect((await call(signedBySinch('no JSON'))).status).toBe(400);
  });

  test('for every operation and every status except 500', () => {
    const listed = operations().filter(({ path }) => path !== '/send-otp');
    const successes = listed.map(({ method, path, operation }) => {
      const status = Object.keys(operation.responses).find((one) => one.startsWith('2'));
      return `${method} ${path} ${status}`;
    });
    expect(successes.filter((answer) => !seen.has(answer))).toEqual([]);
    const statuses = new Set([...seen].map((answer) => answer.split(' ').at(-1)));
    const documentedStatuses = listed.flatMap(({ operation }) => Object.keys(operation.responses));
    const missing = documentedStatuses.filter((status) => !statuses.has(status));
    expect(new Set(missing)).toEqual(new Set(['500']));
  });
});
