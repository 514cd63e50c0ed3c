import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withLockWatch } from '../../../src/cli/lock-watch.js';
import { LockedError } from '../../../src/cli/locked-error.js';
import { LONG_TIMEOUTS } from '../../../src/database/connection.js';
import { Database } from '../../../src/database/database.js';
import { withDatabase } from '../../../src/database/database-url.js';
import { Statements } from '../../../src/database/statements.js';
import { testServerUrl } from '../../support/database.js';
import { TestService, freshNumber } from '../../support/service.js';

/** The statements of the recipe in the runbook. */
function recipe(): string[] {
  const text = readFileSync('docs/operations.md', 'utf8');
  const section = text.split('### A table is locked')[1]?.split('\n### ')[0] ?? '';
  return [...section.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql ?? '');
}

describe('a table that another session has locked', () => {
  let service: TestService;
  let holder: pg.Client;
  let db: Database;
  let url: string;
  beforeAll(async () => {
    service = await TestService.start();
    const [row] = await service.rows('SELECT current_database() AS name');
    url = withDatabase(testServerUrl(), String(row?.['name']));
    holder = new pg.Client({ connectionString: url, application_name: 'a console' });
    holder.on('error', () => undefined);
    await holder.connect();
    db = new Database({ url, poolMax: 2, timeouts: { ...LONG_TIMEOUTS, lock: 3_000 } });
  });
  afterAll(async () => {
    await db.close();
    await service.stop();
  });

  test('is named with its holder, the service waits without harm, and the recipe ends it', async () => {
    await holder.query('BEGIN; LOCK TABLE verifications');
    const pid = pidOf(holder);
    const statements = new Statements(db);
    const command = () => statements.all('SELECT count(*) FROM verifications');
    const failed = withLockWatch(url, db, command).catch((error: unknown) => error);
    const requested = service.post('/request-otp', { phoneNumber: freshNumber() });
    const [find = '', end = '', ...others] = recipe();
    expect(others).toEqual([]);
    let found: Record<string, unknown>[] = [];
    while (found.length === 0) {
      found = await service.rows(find);
      await sleep(20);
    }
    expect(found).toEqual([
      expect.objectContaining({
        pid,
        application_name: 'a console',
        state: 'idle in transaction',
        last_query: 'BEGIN; LOCK TABLE verifications',
        tables: 'verifications',
      }),
    ]);

    const error = await failed;
    expect(error).toBeInstanceOf(LockedError);
    expect((error as Error).message).toMatch(
      new RegExp(
        `^The table verifications is locked by session ${pid} \\(a console, idle in transaction for \\d+ s, ` +
          `BEGIN; LOCK TABLE verifications\\)\\. Wait for it, or end it with "SELECT pg_terminate_backend\\(${pid}\\)"`,
      ),
    );
    const { status, body, headers } = await requested;
    expect([status, body['code']]).toEqual([503, 'service_unavailable']);
    expect(headers.get('retry-after')).toBe('5');
    expect(service.sinch.calls).toEqual([]);
    expect((await service.get('/readyz')).status).toBe(200);

    await service.rows(end.replace('4711', String(pid)));
    expect(await withLockWatch(url, db, command)).toEqual([{ count: '0' }]);
    await service.request(freshNumber());
  });

  test('is found behind a session that waits itself', async () => {
    const [reader, migration] = [0, 1].map(() => new pg.Client({ connectionString: url }));
    await Promise.all([reader!.connect(), migration!.connect()]);
    try {
      await reader!.query("BEGIN; SELECT FROM number_rules WHERE note = 'of +14155552671'");
      const altered = migration!.query('ALTER TABLE number_rules ADD COLUMN extra integer');
      const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER %'`;
      while ((await service.rows(waits)).length === 0) await sleep(20);
      const command = () => new Statements(db).all('SELECT FROM number_rules');
      const failed: unknown = await withLockWatch(url, db, command).catch(
        (error: unknown) => error,
      );
      const pid = pidOf(reader!);
      const { message } = failed as Error;
      expect(message).toContain(`number_rules is locked by session ${pid} `);
      expect(message).toContain("SELECT FROM number_rules WHERE note = '…')");
      await reader!.query('ROLLBACK');
      await altered;
    } finally {
      await Promise.all([reader!.end(), migration!.end()]);
    }
  });
});

/** The types of `pg` omit it. */
function pidOf(client: pg.Client): number {
  return (client as unknown as { processID: number }).processID;
}
