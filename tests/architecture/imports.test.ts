import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles, type SourceFile } from './source-tree.js';

/** Composition roots may import every layer. */
const COMPOSITION: readonly string[] = ['cli', 'container', 'development'];

/** The layers that each layer may import. Unlisted imports are forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  errors: [],
  observability: ['domain', 'errors'],
  config: ['database', 'domain'],
  clients: ['config', 'domain', 'errors', 'observability'],
  database: [],
  models: ['domain'],
  stores: ['domain', 'errors', 'models', 'clients', 'database'],
  schemas: ['domain', 'errors'],
  services: [
    'clients',
    'config',
    'database',
    'domain',
    'errors',
    'models',
    'observability',
    'schemas',
    'stores',
  ],
  controllers: ['domain', 'errors', 'middlewares', 'schemas', 'services'],
  middlewares: ['database', 'domain', 'errors', 'observability', 'stores'],
  routes: ['controllers', 'domain', 'errors', 'middlewares', 'schemas'],
  openapi: ['domain', 'errors', 'routes', 'schemas'],
  web: [],
  http: ['errors'],
};

/** The capabilities that each capability in src/services may import. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  accounts: ['otp', 'verifications', 'users', 'limits', 'proofs'],
  otp: ['providers', 'verifications', 'limits', 'proofs'],
  callbacks: ['providers', 'verifications', 'limits'],
  operations: ['verifications', 'users', 'limits', 'proofs', 'webhooks'],
  providers: ['verifications', 'messages'],
  verifications: ['users', 'limits', 'proofs'],
  messages: [],
  applications: [],
  webhooks: ['limits'],
  users: [],
  limits: [],
  proofs: [],
};

/** The records name the services that they load, and no other file of config/ does (ADR 0019). */
const RECORDS = [
  'src/config/provider-record.ts',
  'src/config/providers.ts',
  'src/config/sms-senders.ts',
];
const SERVICES_OF_RECORDS = /^src\/(clients|services\/(providers|messages))\//;

/** Packages that only these paths may import. */
const PACKAGE_PATHS: Readonly<Record<string, readonly string[]>> = {
  axios: ['src/clients/'],
  sequelize: ['src/database/', 'src/models/', 'src/services/users/'],
  pg: ['src/database/', 'src/development/embedded-postgres/'],
  winston: ['src/observability/'],
  'prom-client': ['src/observability/'],
  jose: ['src/services/proofs/'],
  standardwebhooks: ['src/services/webhooks/', 'src/development/'],
  otpauth: ['src/services/accounts/totp/'],
  qr: ['src/services/accounts/totp/'],
  '@node-rs/argon2': ['src/services/accounts/password/'],
  '@node-rs/bcrypt': ['src/services/accounts/password/'],
  dotenv: ['src/config/'],
  redis: ['src/clients/redis-client.ts'],
  'rate-limit-redis': ['src/stores/shared-limit-store.ts'],
  express: [
    'src/app.ts',
    'src/container/',
    'src/controllers/',
    'src/development/',
    'src/http/',
    'src/middlewares/',
    'src/routes/',
    'src/web/',
  ],
};

const BARRELS_ALLOWED = ['src/routes/index.ts', 'src/models/index.ts'];

const files = sourceFiles('src');
const layerOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];
const capabilityOf = (path: string) => /^src\/services\/([^/]+)\//.exec(path)?.[1];

/** Each forbidden import, with advice on where it should go. */
function forbiddenEdges(adviceOn: (from: SourceFile, to: string) => string | undefined): string[] {
  return files.flatMap((file) =>
    file.files.flatMap((to) => {
      const advice = adviceOn(file, to);
      return advice === undefined ? [] : [`${file.path} → ${to}: ${advice}`];
    }),
  );
}

const allowed = (names: readonly string[]) =>
  names.length > 0 ? `only ${names.join(', ')}` : 'nothing';

test('every folder has import rules', () => {
  const missing = (found: (string | undefined)[], known: object) =>
    [...new Set(found)].filter((name): name is string => name !== undefined && !(name in known));
  const layers = files.map((file) => layerOf(file.path));
  expect(missing(layers, MAY_IMPORT).filter((name) => !COMPOSITION.includes(name))).toEqual([]);
  expect(
    missing(
      files.map((file) => capabilityOf(file.path)),
      MAY_USE,
    ),
  ).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test('layers import only the layers below', () => {
  const edges = forbiddenEdges((from, to) => {
    const [own, other] = [layerOf(from.path), layerOf(to)];
    if (own === undefined || own === other || COMPOSITION.includes(own)) return undefined;
    if (other !== undefined && MAY_IMPORT[own]?.includes(other)) return undefined;
    if (RECORDS.includes(from.path) && SERVICES_OF_RECORDS.test(to)) return undefined;
    return (
      `${own}/ may import ${allowed(MAY_IMPORT[own] ?? [])}; ` +
      'move what both need down into domain/ or errors/, or pass it in from container/'
    );
  });
  expect(edges).toEqual([]);
});

test('capabilities import only the capabilities below', () => {
  const edges = forbiddenEdges((from, to) => {
    const [own, other] = [capabilityOf(from.path), capabilityOf(to)];
    if (own === undefined || other === undefined || own === other) return undefined;
    if (MAY_USE[own]?.includes(other)) return undefined;
    return (
      `services/${own}/ may import ${allowed(MAY_USE[own] ?? [])} of the capabilities; move what both ` +
      `need into the lower one, or export a named fragment from services/${other}/*.sql.ts to one that may`
    );
  });
  expect(edges).toEqual([]);
});

test('the configuration imports services only as types or dynamically', () => {
  const eager = files
    .filter((file) => layerOf(file.path) === 'config')
    .filter((file) => /^import\s(?!type\b)[^;]*\/(services|clients)\//m.test(file.text));
  expect(eager.map((file) => file.path)).toEqual([]);
});

test('production code imports src/development only dynamically', () => {
  const edges = files
    .filter((file) => layerOf(file.path) !== 'development')
    .filter((file) => /^import\s(?!type\b)[^;]*\/development\//m.test(file.text))
    .map((file) => `${file.path}: import it dynamically, outside production only`);
  expect(edges).toEqual([]);
  const importers = files
    .filter((file) => layerOf(file.path) !== 'development')
    .filter((file) => file.files.some((to) => layerOf(to) === 'development'))
    .map((file) => file.path);
  expect(importers.filter((path) => layerOf(path) !== 'cli')).toEqual([]);
});

const OTHER_SUBJECTS = ['bench', 'client', 'examples', 'packages', 'scripts'];

test('tests mirror src', () => {
  const misplaced = ['unit', 'component', 'contract'].flatMap((kind) =>
    sourceFiles(`tests/${kind}`)
      .map(({ path }) => path.split('/').slice(2, -1))
      .filter((folders) => !OTHER_SUBJECTS.includes(folders[0] ?? ''))
      .map((folders) => `src/${folders.filter((name) => name !== 'support').join('/')}`)
      .filter((folder) => !existsSync(join(import.meta.dirname, '../..', folder)))
      .map((folder) => `tests/${kind}: ${folder} does not exist`),
  );
  expect([...new Set(misplaced)]).toEqual([]);
});

test('src contains only the server, the app and folders', () => {
  const flat = files.map((file) => file.path).filter((path) => layerOf(path) === undefined);
  expect(flat).toEqual(['src/app.ts', 'src/server.ts']);
  const misplaced = files.filter(
    (file) => layerOf(file.path) === 'services' && capabilityOf(file.path) === undefined,
  );
  expect(misplaced.map((file) => file.path)).toEqual([]);
});

test('each restricted package is imported only where allowed', () => {
  const violations = files.flatMap((file) =>
    Object.entries(PACKAGE_PATHS)
      .filter(([name]) =>
        file.packages.some((used) => used === name || used.startsWith(`${name}/`)),
      )
      .filter(([, paths]) => !paths.some((path) => file.path.startsWith(path)))
      .map(([name]) => `${file.path} → ${name}`),
  );
  expect(violations).toEqual([]);
});

test('the Redis driver is only imported dynamically', () => {
  const eager = files.filter((file) => /import\s+(?!type\b)[^;]*redis-client\.js'/.test(file.text));
  expect(eager.map((file) => file.path)).toEqual([]);
});

test('only src/config reads the environment', () => {
  const readers = files.filter((file) => /process\s*\.\s*env|process\[['"]env/.test(file.text));
  expect(readers.map((file) => layerOf(file.path)).filter((layer) => layer !== 'config')).toEqual(
    [],
  );
});

test('only the server and the stand-alone simulator exit the process', () => {
  const exits = files
    .filter((file) => file.text.includes('process.exit('))
    .map((file) => file.path);
  expect(exits).toEqual(['src/cli/serve.ts', 'src/development/simulator/main.ts']);
});

test('the client imports nothing of the service, and its core nothing of the element', () => {
  const core = sourceFiles('client/src');
  const element = sourceFiles('client/element');
  const violations = (from: SourceFile[], root: string) =>
    from.flatMap((file) => file.files.filter((to) => !to.startsWith(root)));
  expect(core.length).toBeGreaterThan(5);
  expect(violations(core, 'client/src/')).toEqual([]);
  expect(violations(element, 'client/')).toEqual([]);
  expect(core.flatMap((file) => file.packages)).toEqual([]);
  expect([...new Set(element.flatMap((file) => file.packages))]).toEqual(['libphonenumber-js/min']);
});

test('there are no import cycles', () => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of byPath.get(path)?.files ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

test('only routes and models have an index file, and nothing re-exports', () => {
  const barrels = files.filter((file) => file.path.endsWith('/index.ts')).map((file) => file.path);
  expect(barrels.filter((path) => !BARRELS_ALLOWED.includes(path))).toEqual([]);
  const reExports = files.filter((file) => /^export (\*|\{[^}]*\}) from/m.test(file.text));
  expect(reExports.map((file) => file.path)).toEqual([]);
});
