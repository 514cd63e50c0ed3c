import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { CALLBACK_TOKEN } from '../../../support/callbacks.js';
import { createOperator } from '../../../support/applications.js';
import { loggedIn, Person, registered } from '../../../support/accounts.js';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

interface Operation {
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string; example?: string }[];
  requestBody?: {
    content: { 'application/json': { examples: Record<string, { value: object }> } };
  };
  responses: Record<string, { content: Record<string, { schema: unknown }> }>;
}

const takesToken = ({ security }: Operation) => security.some((one) => 'accessToken' in one);

describe('accounts in the OpenAPI document', () => {
  let service: TestService;
  let operator: Record<string, string>;
  let document: { paths: Record<string, Record<string, Operation>> };
  beforeAll(async () => {
    service = await TestService.start({
      ACCOUNTS: 'true',
      CALLBACK_TOKEN,
      LIMIT_LOGIN_PER_ACCOUNT: '10/15m',
    });
    operator = await createOperator(service);
    document = (await service.get('/openapi.json')).body as unknown as typeof document;
  });
  afterAll(() => service.stop());

  /** Differences between a response and the document. */
  const faultsOf = (answer: Answer, method: string, path: string): string[] => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: 'https://proofline.test/api' });
    const [type = ''] = (answer.headers.get('content-type') ?? '').split('; ');
    const operation = document.paths[path]?.[method];
    const response = operation?.responses[String(answer.status)];
    if (!response?.content[type]) return [`${answer.status} ${type} of ${path} is not documented`];
    const pointer = ['paths', path, method, 'responses', String(answer.status), 'content', type]
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.compile({ $ref: `https://proofline.test/api#/${pointer}/schema` });
    return validate(answer.body) ? [] : [ajv.errorsText(validate.errors)];
  };
  const documented = async (path: string, answering: Promise<Answer>, method = 'post') => {
    const answer = await answering;
    expect([path, answer.text, faultsOf(answer, method, path)]).toEqual([path, answer.text, []]);
    return answer.status;
  };

  test('keep it valid and mark the operations that need an access token', async () => {
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
    const secured = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => takesToken(operation))
        .map(([method]) => `${method} ${path}`),
    );
    expect(secured.sort()).toEqual([
      'delete /auth/me',
      'delete /auth/totp',
      'get /auth/me',
      'get /auth/sessions',
      'post /auth/backup-codes',
      'post /auth/logout',
      'post /auth/logout-all',
      'post /auth/password',
      'post /auth/phone',
      'post /auth/totp/confirm',
      'post /auth/totp/enroll',
    ]);
  });

  test('refuse requests without a token and name the scheme', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (!takesToken(operation)) continue;
        for (const authorization of ['', 'Bearer ', 'Bearer a.b.c', 'Basic YTpi']) {
          const headers = { authorization, 'content-type': 'application/json' };
          const body = method === 'post' ? '{}' : undefined;
          const answer = await service.call(method.toUpperCase(), path, body, headers);
          expect([path, answer.status]).toEqual([path, 401]);
          expect(answer.headers.get('www-authenticate')).toBe('Bearer');
          expect(answer.headers.get('cache-control')).toBe('no-store');
          expect(faultsOf(answer, method, path)).toEqual([]);
        }
      }
    }
  });

  test('have examples that no operation refuses as malformed', async () => {
    const answers: [name: string, answer: Answer][] = [];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
        // As /docs fills the form.
        const address = parameters.reduce(
          (template, { name, example = '' }) => template.replace(`{${name}}`, example),
          path,
        );
        const bodies = requestBody?.content['application/json'].examples ?? { none: undefined };
        for (const [name, example] of Object.entries(bodies)) {
          const ask = (headers = {}) =>
            example
              ? service.post(address, example.value, headers)
              : service.call(method.toUpperCase(), address, undefined, headers);
          const answer = await ask();
          const needsKey = answer.body['code'] === 'not_permitted';
          if (needsKey) answers.push([`${method} ${path} ${name}`, await ask(operator)]);
          else answers.push([`${method} ${path} ${name}`, answer]);
        }
      }
    }
    expect(answers.length).toBeGreaterThan(Object.keys(document.paths).length);
    const refused = answers.filter(([, { status }]) => ![200, 201, 401, 404].includes(status));
    expect(refused.map(([name, { text }]) => `${name}: ${text}`)).toEqual([]);
  });

  test('answer successes as documented', async () => {
    const person = new Person(service);
    expect(await documented('/auth/register', person.register())).toBe(200);
    expect(await documented('/auth/login', person.begin())).toBe(200);
    const token = await person.loginToken();
    const again = service.post('/auth/login/resend', { loginToken: token });
    expect(await documented('/auth/login/resend', again)).toBe(200);
    const done = person.complete(token, 'sms', person.smsCode());
    expect(await documented('/auth/login/verify', done)).toBe(200);
    person.keep(await done);
    const refreshed = person.refresh();
    expect(await documented('/auth/refresh', refreshed)).toBe(200);
    person.keep(await refreshed);
    expect(await documented('/auth/me', person.get('/auth/me'), 'get')).toBe(200);
    expect(await documented('/auth/sessions', person.get('/auth/sessions'), 'get')).toBe(200);
    for (const path of ['/auth/backup-codes', '/auth/totp/enroll', '/auth/logout-all']) {
      expect(await documented(path, person.post(path))).toBe(200);
    }
  });

  test('answer errors as documented', async () => {
    const person = await loggedIn(service);
    await registered(service);
    const nothing = new Person(service, freshNumber());
    const weak = { proof: await nothing.proof('register'), password: 'password1' };
    const refused = service.post('/auth/register', weak);
    expect(await documented('/auth/register', refused)).toBe(400);
    expect((await refused).body['errors']).toEqual([
      { pointer: '/password', message: 'is one of the most common passwords' },
    ]);
    // The proof is still valid.
    const better = { ...weak, password: 'a much better one' };
    expect((await service.post('/auth/register', better)).status).toBe(200);
    expect(await documented('/auth/login', person.begin('not the password'))).toBe(401);
    expect(await documented('/auth/login/verify', person.complete('x', 'sms', '1234'))).toBe(401);
    expect(await documented('/auth/login/verify', person.complete('x', 'none', '1234'))).toBe(400);
    expect(await documented('/auth/refresh', person.refresh('x'))).toBe(401);
    const confirm = person.post('/auth/totp/confirm', { code: '123456' });
    expect(await documented('/auth/totp/confirm', confirm)).toBe(404);
    expect(await documented('/auth/totp', person.remove('/auth/totp'), 'delete')).toBe(404);
    await person.ageLogin();
    expect(await documented('/auth/me', person.remove('/auth/me'), 'delete')).toBe(403);
    for (let i = 0; i < 10; i += 1) await nothing.begin('not the password');
    expect(await documented('/auth/login', nothing.begin('not the password'))).toBe(429);
  });
});
