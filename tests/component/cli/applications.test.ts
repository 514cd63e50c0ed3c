import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOperator, ORIGIN, withKey } from '../../support/applications.js';
import { noteSecret } from '../../support/evidence.js';
import { freshNumber, TestService } from '../../support/service.js';
import { operatorOf, TIMEOUT_MS } from './command-line.js';

const ROOT = join(import.meta.dirname, '../../..');

/** Operands and options of the commands in the documents, each once. */
function documentedCommands(): string[][] {
  const pages = ['README.md', 'docs/applications.md'];
  const text = pages.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');
  const commands = text.matchAll(/^(?:KEY=\$\()?npx proofline ([^#)\n]+)/gm);
  const lines = new Set([...commands].map(([, command = '']) => command.trim()));
  return [...lines].map((line) => line.split(' '));
}

let service: TestService;
let run: Awaited<ReturnType<typeof operatorOf>>;
beforeAll(async () => {
  service = await TestService.start({ CALLERS: 'keys' });
  run = await operatorOf(service);
});
afterAll(() => service.stop());

const send = (key: string, headers = {}) =>
  service.post('/request-otp', { phoneNumber: freshNumber() }, { ...withKey(key), ...headers });

test(
  'an application and a key send a code; a revoked key does not',
  async () => {
    const created = await run('apps', 'create', 'store', '--origin', ORIGIN);
    expect(created).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^Created store \(app_/),
    });
    const key = (await run('keys', 'create', '--app', 'store', '--secret')).out.trim();
    noteSecret(key);
    const page = await run('keys', 'create', '--app', 'store', '--publishable', '--json');
    expect((await send(key)).status).toBe(200);
    expect((await send(String(page.json()['key']), { origin: ORIGIN })).status).toBe(200);

    const revoked = await run('keys', 'revoke', key);
    expect(revoked.out).toBe(`Revoked ${key.slice(0, 22)}.\n`);
    expect(revoked.audit()).toMatchObject([
      { message: 'operator.keys.revoke', keyId: key.slice(0, 22) },
    ]);
    const listed = await run('keys', 'list', '--app', 'store');
    expect(listed.out).toMatch(
      /pl_sk_.{16}_….{4} {2}app_\w+ +used \d{4}-\d\d-\d\dT[\d:.]+Z {2}revoked \d{4}-/,
    );
    expect(listed.out + listed.err).not.toContain(key.slice(23, -4));
  },
  TIMEOUT_MS,
);

test(
  'the commands in the documents make an application and a key of each kind that work',
  async () => {
    const commands = documentedCommands();
    expect(commands.length).toBeGreaterThanOrEqual(4);
    const keys: string[] = [];
    for (const command of commands) {
      const { exitCode, out } = await run(...command);
      expect([command, exitCode]).toEqual([command, 0]);
      if (command[0] === 'keys') keys.push(out.trim());
    }
    expect((await run('keys', '--help')).out).toContain('proofline keys revoke <key id>\n');
    keys.forEach(noteSecret);
    const statuses = keys.map(async (key) => (await send(key, { origin: ORIGIN })).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 403]);
  },
  TIMEOUT_MS,
);

test(
  'settings are validated as one schema, and the routes of operators show the same',
  async () => {
    await run('apps', 'create', 'settings');
    const set = await run(
      'apps',
      'set',
      'settings',
      '--settings',
      '{"brand":"Shop","codeLength":8}',
    );
    expect(set.exitCode).toBe(0);
    const operator = await createOperator(service);
    const shown = await service.get('/applications/settings', operator);
    expect(shown.body['settings']).toEqual({ brand: 'Shop', codeLength: 8 });
    const changed = await service.post('/applications/settings', { brand: null }, operator);
    expect(changed.body['settings']).toEqual({ codeLength: 8 });
    const refused = await service.post('/applications/settings', { codeLength: 5, x: 1 }, operator);
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const cli = await run('apps', 'set', 'settings', '--settings', '{"codeLength":5}');
    expect(cli).toMatchObject({ exitCode: 2, err: expect.stringContaining('settings.codeLength') });
    expect((await service.post('/applications', { name: 'settings' }, operator)).status).toBe(409);
  },
  TIMEOUT_MS,
);

test(
  'an operator creates, lists and revokes keys over HTTP',
  async () => {
    const operator = await createOperator(service);
    await service.post('/applications', { name: 'over-http' }, operator);
    const created = await service.post(
      '/keys',
      { kind: 'secret', application: 'over-http' },
      operator,
    );
    const { key, ...facts } = created.body;
    noteSecret(String(key));
    expect((await send(String(key))).status).toBe(200);
    const listed = await service.get('/applications/over-http/keys', operator);
    expect(listed.body['keys']).toMatchObject([{ id: facts['id'], kind: 'secret' }]);
    const path = `/keys/${String(facts['id'])}`;
    const revoked = await service.call('DELETE', path, undefined, operator);
    expect(revoked.body['revokedAt']).toEqual(expect.any(String));
    const unknown = await service.post('/keys', { kind: 'secret', application: 'none' }, operator);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'application_not_found' } });
    for (const id of ['0'.repeat(16), 'malformed']) {
      const missing = await service.call('DELETE', `/keys/pl_sk_${id}`, undefined, operator);
      expect(missing).toMatchObject({ status: 404, body: { code: 'key_not_found' } });
    }
  },
  TIMEOUT_MS,
);

test.each([
  [['apps'], 'Expected one of apps create'],
  [['app', 'list'], 'did you mean "apps"?'],
  [['keys', 'show', 'x'], 'Expected one of keys create'],
  [['keys', 'create', 'shop', '--secret'], 'Unexpected "shop". Expected --app <app>'],
  [['apps', 'creat', 'x'], 'did you mean "apps create"?'],
  [['keys', 'create', '--secret'], 'Expected --app'],
  [['keys', 'create', '--app', 'shop'], 'Expected one of --secret'],
  [['keys', 'create', '--app', 'shop', '--secret', '--expires', '1999-01-01'], 'in the future'],
  [['keys', 'revoke', 'pl_sk_4fTq0Zb9XkLw2RyM_abc'], 'misspelt'],
])(
  '%j is invalid usage',
  async (args, said) => {
    const { exitCode, err } = await run(...args);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(said)]);
  },
  TIMEOUT_MS,
);
