import { sourceFiles, type SourceFile } from './source-tree.js';

/** Which folder of src/ may know which. What is not listed is forbidden; files in src/ itself put things together. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  errors: [],
  observability: [],
  config: ['domain'],
  clients: ['config', 'errors', 'observability'],
  database: [],
  models: ['domain'],
  stores: ['domain', 'errors', 'models', 'clients', 'database'],
  schemas: ['domain', 'errors'],
  services: [
    'clients',
    'database',
    'config',
    'domain',
    'errors',
    'models',
    'observability',
    'schemas',
    'stores',
  ],
  controllers: ['domain', 'errors', 'schemas', 'services'],
  middlewares: ['database', 'domain', 'errors', 'observability', 'stores'],
  routes: ['controllers', 'errors', 'middlewares', 'schemas'],
  openapi: ['errors', 'routes', 'schemas'],
  web: [],
  simulator: ['clients', 'config', 'domain'],
  cli: ['domain', 'services'],
};

/** Which packages only some folders may know. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  axios: ['src/clients/'],
  sequelize: ['src/database/', 'src/models/', 'src/stores/', 'src/container-bookkeeping.ts'],
  pg: ['src/database/'],
  winston: ['src/observability/'],
  'prom-client': ['src/observability/'],
  jose: ['src/services/proof.service.ts', 'src/services/signing-keys.ts'],
  otpauth: ['src/services/totp/'],
  qr: ['src/services/totp/'],
  '@node-rs/argon2': ['src/services/password/'],
  '@node-rs/bcrypt': ['src/services/password/'],
  dotenv: ['src/config/'],
  redis: ['src/clients/redis-client.ts'],
  'rate-limit-redis': ['src/stores/shared-limit-store.ts'],
  express: [
    'src/app.ts',
    'src/container.ts',
    'src/development.ts',
    'src/http-server.ts',
    'src/controllers/',
    'src/middlewares/',
    'src/routes/',
    'src/simulator/',
    'src/web/',
  ],
};

const BARRELS_ALLOWED = ['src/routes/index.ts', 'src/models/index.ts'];
/** Flows put capabilities together; nobody puts flows together. */
const FLOWS = [
  'src/services/otp.service.ts',
  'src/services/verification.service.ts',
  'src/services/callback.service.ts',
  'src/services/account.service.ts',
  'src/services/login.service.ts',
  'src/services/factor.service.ts',
];

const files = sourceFiles('src');
const layerOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];

function forbiddenEdges(forbidden: (from: SourceFile, to: string) => boolean): string[] {
  return files.flatMap((file) =>
    file.files.filter((to) => forbidden(file, to)).map((to) => `${file.path} → ${to}`),
  );
}

test('every folder of src/ has its place in the order', () => {
  const layers = new Set(
    files.map((file) => layerOf(file.path)).filter((layer) => layer !== undefined),
  );
  expect([...layers].filter((layer) => !(layer in MAY_IMPORT))).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test('imports point one way', () => {
  const edges = forbiddenEdges((from, to) => {
    const [own, other] = [layerOf(from.path), layerOf(to)];
    if (own === undefined || own === other) return false;
    return other === undefined || !MAY_IMPORT[own]?.includes(other);
  });
  expect(edges).toEqual([]);
});

test('flows know capabilities; capabilities know neither flows nor each other', () => {
  const isService = (path: string) => /^src\/services\/[^/]+\.service\.ts$/.test(path);
  const edges = forbiddenEdges((from, to) => {
    if (!isService(from.path) || !isService(to)) return false;
    return !FLOWS.includes(from.path) || FLOWS.includes(to);
  });
  expect(edges).toEqual([]);
});

test('nothing that runs in production needs the simulator or the embedded database', () => {
  const developmentOnly = /^src\/(simulator\/|development\.ts|database\/embedded)/;
  const edges = forbiddenEdges(
    (from, to) =>
      developmentOnly.test(to) &&
      !developmentOnly.test(from.path) &&
      !['src/server.ts', 'src/operator-tools.ts'].includes(from.path),
  );
  expect(edges).toEqual([]);
});

test('packages stay at home', () => {
  const strays = files.flatMap((file) =>
    Object.entries(PACKAGE_HOMES)
      .filter(([name]) =>
        file.packages.some((used) => used === name || used.startsWith(`${name}/`)),
      )
      .filter(([, homes]) => !homes.some((home) => file.path.startsWith(home)))
      .map(([name]) => `${file.path} → ${name}`),
  );
  expect(strays).toEqual([]);
});

test('the driver of Redis is loaded only where there is a Redis', () => {
  const atOnce = files.filter((file) =>
    /import\s+(?!type\b)[^;]*redis-client\.js'/.test(file.text),
  );
  expect(atOnce.map((file) => file.path)).toEqual([]);
});

test('only src/config reads the environment', () => {
  const readers = files.filter((file) => /process\s*\.\s*env|process\[['"]env/.test(file.text));
  expect(readers.map((file) => layerOf(file.path)).filter((layer) => layer !== 'config')).toEqual(
    [],
  );
});

test('only the server and the stand-alone simulator end the process', () => {
  const enders = files
    .filter((file) => file.text.includes('process.exit('))
    .map((file) => file.path);
  expect(enders).toEqual(['src/server.ts', 'src/simulator/main.ts']);
});

test('the client knows nothing of the service, and its core nothing of the element', () => {
  const core = sourceFiles('client/src');
  const element = sourceFiles('client/element');
  const strays = (from: SourceFile[], home: string) =>
    from.flatMap((file) => file.files.filter((to) => !to.startsWith(home)));
  expect(core.length).toBeGreaterThan(5);
  expect(strays(core, 'client/src/')).toEqual([]);
  expect(strays(element, 'client/')).toEqual([]);
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

test('there are no barrels but the two that make something', () => {
  const barrels = files.filter((file) => file.path.endsWith('/index.ts')).map((file) => file.path);
  expect(barrels.filter((path) => !BARRELS_ALLOWED.includes(path))).toEqual([]);
  const reExports = files.filter((file) => /^export (\*|\{[^}]*\}) from/m.test(file.text));
  expect(reExports.map((file) => file.path)).toEqual([]);
});
