import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PRODUCTION_ENVIRONMENT, ServiceProcess } from '../../support/service-process.js';

const ROOT = join(import.meta.dirname, '../../..');
const OLD_NODE = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.9' } })`;
const COMPLETE = {
  ...PRODUCTION_ENVIRONMENT,
  DATABASE_URL: 'postgres://nobody:pa55word@127.0.0.1:9/none',
  SINCH_APPLICATION_KEY: 'a key',
  SINCH_APPLICATION_SECRET: 'YSBzZWNyZXQ=',
};
const ENTRIES = ['dist/server.js', 'dist/cli/main.js', 'dist/cli/infobip-setup.js'];

async function end(environment: Record<string, string>, script?: string, preload?: string) {
  const service = ServiceProcess.spawn({
    environment,
    ...(script !== undefined && { script }),
    ...(preload !== undefined && { preload }),
  });
  const { code } = await service.ended;
  return { code, stderr: service.errorOutput };
}

describe('a Node below the minimum', () => {
  test.each([...ENTRIES, 'scripts/build.mjs', 'scripts/migrate.mjs'])(
    'is refused by %s in one sentence',
    async (script) => {
      expect(await end({}, script, OLD_NODE)).toEqual({
        code: 1,
        stderr: 'Proofline needs Node 20.19 or newer, and this is Node 20.18.9.\n',
      });
    },
  );

  test.each(ENTRIES)('is refused before %s imports anything else', (script) => {
    const text = readFileSync(join(ROOT, script), 'utf8');
    expect(text.match(/^import .*/gm)).toEqual(["import { createRequire } from 'node:module';"]);
  });
});

describe('a start names the value and the variable in one line', () => {
  test('of a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await end({ ...COMPLETE, PORT: `${port}` });
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^PORT=${port}: the port is in use .*\n$`));
  });

  test.each(['198.51.100.7', 'no-such-host.invalid'])('of the host %s', async (host) => {
    const { code, stderr } = await end({ ...COMPLETE, HOST: host });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^HOST=\S+: is not an address of this machine \(E\w+\)\. .*\n$/);
    expect(stderr).toContain(host);
  });

  test.each([
    ['a start in development', 'dist/server.js'],
    ['npm run db:migrate', 'scripts/migrate.mjs'],
  ])('of a dead database: %s', async (_what, script) => {
    const { code, stderr } = await end({ ...COMPLETE, NODE_ENV: 'development' }, script);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The .* failed.*: connect ECONNREFUSED 127\.0\.0\.1:9\. Check DATABASE_URL or DB_HOST\.\n$/,
    );
  });
});

test('production refuses the seeds before it connects', async () => {
  const { DATABASE_URL } = COMPLETE;
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/.bin/sequelize-cli'), 'db:seed:all'],
    { cwd: ROOT, env: { PATH: process.env['PATH'], NODE_ENV: 'production', DATABASE_URL } },
  );
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (output += String(text)));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(1);
  expect(output).toContain('The seeds are example users: NODE_ENV=production refuses them');
});
