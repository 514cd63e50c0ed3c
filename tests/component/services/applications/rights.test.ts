import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idleContainer, type OpenApiDocument } from '../../../../scripts/docs/openapi.js';
import { CALLER_KINDS, type CallerKind } from '../../../../src/domain/caller.js';
import { CHECK_BY_NUMBER, CLIENT, TRANSACTION } from '../../../../src/domain/rights.js';
import type { Route } from '../../../../src/routes/route.js';
import { createApplication, createOperator } from '../../../support/applications.js';
import { freshNumber, TestService } from '../../../support/service.js';

const ROOT = join(import.meta.dirname, '../../../..');
const ENVIRONMENT = {
  ACCOUNTS: 'true',
  ACCOUNT_SECRET: 'abcdefghijklmnopqrstuvwxyz-0123456789',
  CALLBACK_TOKEN: 'abcdefghijklmnopqrstuvwxyz-0123456789',
};

interface Row {
  right: string;
  routes: string[];
  may: Record<CallerKind, string>;
}

/** The table of docs/security.md. */
function documented(): Row[] {
  const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const [, section = ''] = page.split('## Who may do what');
  const lines = section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => {
    const [right = '', routes = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const may = Object.fromEntries(CALLER_KINDS.map((kind, i) => [kind, cells[i] ?? '']));
    const paths = [...routes.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    return { right, routes: paths, may: may as Row['may'] };
  });
}

const covers = (route: string, path: string) =>
  route.endsWith('/*')
    ? path === route.slice(0, -2) || path.startsWith(route.slice(0, -1))
    : path === route;

/** A row that names the method comes before one that does not. */
function rowOf({ method, path }: Pick<Route, 'method' | 'path'>): Row {
  const named = `${method.toUpperCase()} ${path}`;
  const rows = documented();
  const row =
    rows.find(({ routes }) => routes.some((route) => covers(route, named))) ??
    rows.find(({ routes }) => routes.some((route) => covers(route, path)));
  if (!row) throw new Error(`docs/security.md does not say who may call ${named}`);
  return row;
}

let service: TestService;
let headers: Record<CallerKind, Record<string, string>>;
let routes: Route[];
beforeAll(async () => {
  service = await TestService.start(ENVIRONMENT);
  const { backend, page } = await createApplication(service, 'shop');
  headers = {
    stranger: {},
    publishable: page,
    secret: backend,
    operator: await createOperator(service),
  };
  const container = await idleContainer(ENVIRONMENT);
  routes = container.routes;
  container.close();
  await container.db.close();
});
afterAll(() => service.stop());

test.each(CALLER_KINDS)('every route serves a %s as docs/security.md says', async (kind) => {
  expect(routes.length).toBeGreaterThan(30);
  const found = await Promise.all(
    routes.map(async ({ method, path, rawBody }) => {
      const actual = path
        .replace(':id', '0'.repeat(37))
        .replace(':key', `pl_sk_${'0'.repeat(16)}`)
        .replaceAll(/:\w+/g, 'nothing');
      const isGet = method === 'get' || rawBody === true;
      const { body } = await service.call(
        method.toUpperCase(),
        actual,
        isGet ? undefined : '{}',
        isGet ? headers[kind] : { ...headers[kind], 'content-type': 'application/json' },
      );
      const isServed = body['code'] !== 'not_permitted' && body['code'] !== 'key_invalid';
      return `${method} ${path}: ${isServed ? 'yes' : 'no'}`;
    }),
  );
  expect(found).toEqual(
    routes.map((route) => `${route.method} ${route.path}: ${rowOf(route).may[kind]}`),
  );
});

test.each([TRANSACTION, CHECK_BY_NUMBER, CLIENT])('$name is documented', (right) => {
  const row = documented().find((each) => each.right.startsWith(`\`${right.name}\``));
  const may = CALLER_KINDS.map((kind) => {
    if (right.callers.includes(kind)) return 'yes';
    return right.inDevelopment.includes(kind) ? 'development' : 'no';
  });
  expect(CALLER_KINDS.map((kind) => row?.may[kind])).toEqual(may);
});

test('a key where other services expect it is refused, not served as a stranger’s', async () => {
  const key = headers.secret['authorization']!.replace('Bearer ', '');
  const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const send = (more: Record<string, string>) =>
    service.post('/request-otp', { phoneNumber: freshNumber() }, more);
  for (const misplaced of [{ 'x-api-key': key }, { authorization: basic }]) {
    expect(await send(misplaced)).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
  }
  // Such as the password of a proxy in front of the service.
  expect((await send({ authorization: 'Basic dXNlcjpwYXNz' })).status).toBe(200);
});

test('OpenAPI says the same', async () => {
  const document = (await service.get('/openapi.json')).body as unknown as OpenApiDocument;
  for (const { method, path, bearer } of routes) {
    const template = path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    const security = document.paths[template]?.[method]?.security ?? [];
    const named = security.flatMap((one) => Object.keys(one));
    const { may } = rowOf({ method, path });
    const isKeyless = CALLER_KINDS.every((kind) => may[kind] === 'yes');
    const expected = (['secret', 'publishable', 'operator'] as const)
      .filter((kind) => may[kind] === 'yes')
      .map((kind) => `${kind}Key`);
    const withToken = ['accessToken', 'keyBesideToken', 'accessToken'];
    expect([path, named]).toEqual([path, isKeyless ? [] : bearer ? withToken : expected]);
    const servesStrangers = security.some(
      (one) => !Object.keys(one).some((name) => /key/i.test(name)),
    );
    expect([path, servesStrangers]).toEqual([path, may.stranger === 'yes']);
  }
});
