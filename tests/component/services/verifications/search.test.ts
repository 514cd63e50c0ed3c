import pg from 'pg';
import { DatabaseClock } from '../../../../src/database/clock.js';
import type { Database } from '../../../../src/database/database.js';
import { Statements } from '../../../../src/database/statements.js';
import {
  VerificationSearchService,
  type SearchFilters,
  type SearchPosition,
} from '../../../../src/services/verifications/search.service.js';
import * as sql from '../../../../src/services/verifications/search.sql.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { openDatabase } from '../../../support/open-database.js';
import { blocksOf, explain, nodesOf } from '../../../support/query-plan.js';
import {
  FREQUENT_NUMBER,
  FREQUENT_REFERENCE,
  insertRows,
} from '../../../support/verification-rows.js';

const COUNT = 100_000;
const DAY_MS = 86_400_000;

let database: TestDatabase;
let connections: Database;
let db: pg.Client;
let search: VerificationSearchService;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = openDatabase(database.url, 4);
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  await db.query(insertRows({ count: COUNT, days: 5 }));
  await db.query(
    `INSERT INTO applications (id, name) VALUES ('app_large', 'l'), ('app_small', 's')`,
  );
  // Before it is finished, a row is in another index of numbers.
  await db.query(`UPDATE verifications SET status = 'sending', verified_at = NULL
    WHERE id IN (SELECT id FROM verifications WHERE phone_key = '${FREQUENT_NUMBER}' ORDER BY id DESC LIMIT 3)`);
  await db.query('ANALYZE verifications');
  const statements = new Statements(connections);
  search = new VerificationSearchService(statements, new DatabaseClock(statements));
});
afterAll(async () => {
  await db.end();
  await connections.close();
  await database.drop();
});

/** The ids of all pages. */
async function pages(filters: SearchFilters, limit = 100) {
  const found: string[][] = [];
  let after: SearchPosition | undefined;
  do {
    const page = await search.search(filters, { limit, after });
    found.push(page.verifications.map(({ id }) => id));
    after = page.next;
  } while (after);
  return found;
}

async function expected(where: string): Promise<string[]> {
  const query = `SELECT id FROM verifications WHERE ${where} ORDER BY created_at DESC, id DESC`;
  const { rows } = await db.query<{ id: string }>(query);
  return rows.map(({ id }) => id);
}

describe('the search', () => {
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
  const [from, to] = [ago(3), ago(2.9)];
  const window = (start: Date) =>
    `created_at >= '${start.toISOString()}' AND created_at < '${to.toISOString()}'`;
  const dayBefore = (date: Date) => new Date(date.getTime() - DAY_MS);

  test.each<[string, SearchFilters, string]>([
    ['application', { applicationId: 'app_small', from, to }, `application_id = 'app_small'`],
    ['window of all applications', { from, to }, 'true'],
    ['status', { from, to, status: 'failed' }, `status = 'failed'`],
    ['purpose and channel', { from, to, purpose: 'login', channel: 'sms' }, `purpose = 'login'`],
  ])('finds a %s within a window, newest first, each row once', async (_, filters, where) => {
    const ids = await expected(`${where} AND ${window(from)}`);
    expect(ids.length).toBeGreaterThan(10);
    expect((await pages(filters)).flat()).toEqual(ids);
    const lastDay = await pages({ ...filters, from: undefined });
    expect(lastDay.flat()).toEqual(await expected(`${where} AND ${window(dayBefore(to))}`));
  });

  const NUMBER = { phoneNumber: FREQUENT_NUMBER };
  const ORDER = { reference: 'order-77770' };
  test.each<[string, SearchFilters, string]>([
    ['a rare status', { from: ago(6), status: 'cancelled' }, `status = 'cancelled'`],
    ['a number', NUMBER, `phone_key = '${FREQUENT_NUMBER}'`],
    ['a number that no row has', { phoneNumber: '+447599999999' }, 'false'],
    ['a number of another application', { ...NUMBER, applicationId: 'app_large' }, 'false'],
    ['a number and a status', { ...NUMBER, status: 'sending' }, `status = 'sending'`],
    ['a number and a reference', { ...NUMBER, ...ORDER }, 'false'],
    ['a reference', { ...ORDER, applicationId: 'app_large' }, `reference = 'order-77770'`],
    ['a reference of another application', { ...ORDER, applicationId: 'app_small' }, 'false'],
    [
      'a reference of any',
      { reference: FREQUENT_REFERENCE },
      `reference = '${FREQUENT_REFERENCE}'`,
    ],
  ])('finds %s at any time', async (_, filters, where) => {
    const ids = await expected(where);
    expect(ids.length > 0).toBe(where !== 'false');
    expect((await pages(filters)).flat()).toEqual(ids);
  });

  test('finds a number within a window', async () => {
    const where = `phone_key = '${FREQUENT_NUMBER}' AND ${window(from)}`;
    const ids = await expected(where);
    expect(ids.length).toBeGreaterThan(0);
    expect((await pages({ ...NUMBER, from, to })).flat()).toEqual(ids);
  });

  test('has full pages, and a shorter one only where it has examined enough', async () => {
    const sizes = (await pages({ applicationId: 'app_default', from, to }, 70)).map(
      (page) => page.length,
    );
    expect(sizes.slice(0, -1).every((size) => size === 70)).toBe(true);
    const rare = (await pages({ from: ago(6), status: 'cancelled' })).map((page) => page.length);
    expect([rare.length, Math.max(...rare)]).toEqual([COUNT / sql.MAX_WALKED + 1, 1]);
  });

  test('says an open verification whose time is over is expired', async () => {
    const { rows } = await db.query<{ id: string; phone_number: string }>(
      `UPDATE verifications SET status = 'pending' WHERE id IN
       (SELECT id FROM verifications WHERE status = 'failed' AND expires_at < now() LIMIT 1) RETURNING id, phone_number`,
    );
    const [{ id, phone_number: phoneNumber } = { id: '', phone_number: '' }] = rows;
    const found = async (status: 'pending' | 'expired') =>
      (await pages({ phoneNumber, status })).flat().includes(id);
    expect([await found('pending'), await found('expired')]).toEqual([false, true]);
  });
});

describe('a page', () => {
  const ANY = 'NULL, NULL, NULL, NULL';
  const NONE = `'none', NULL, NULL, NULL`;
  const IDS = `'0', '~'`;

  // No row matches NONE, so that the page examines as many as it may.
  test.each([
    ['verifications_pkey', sql.PAGE, `100, ${ANY}, ${IDS}`],
    ['verifications_pkey', sql.PAGE, `100, ${NONE}, ${IDS}`],
    ['verifications_of_application', sql.PAGE_OF_APPLICATION, `100, ${ANY}, ${IDS}, 'app_small'`],
    ['verifications_of_application', sql.PAGE_OF_APPLICATION, `100, ${NONE}, ${IDS}, 'app_large'`],
    [
      'verifications_of_reference',
      sql.PAGE_OF_REFERENCE,
      `100, ${ANY}, ${IDS}, 'order-10', 'app_small'`,
    ],
    [
      'verifications_of_reference',
      sql.PAGE_OF_REFERENCE_EVERYWHERE,
      `100, ${NONE}, ${IDS}, '${FREQUENT_REFERENCE}'`,
    ],
    [
      'verifications_of_number',
      sql.PAGE_OF_NUMBER,
      `100, ${ANY}, NULL, NULL, '+447400000001', NULL, NULL, ''`,
    ],
    [
      'verifications_of_number',
      sql.PAGE_OF_NUMBER,
      `100, ${NONE}, NULL, NULL, '${FREQUENT_NUMBER}', NULL, NULL, ''`,
    ],
  ])('walks %s and reads few blocks, by any plan', async (index, statement, values) => {
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await db.query(`SET plan_cache_mode = ${mode}`);
      await db.query(`PREPARE page AS ${statement}`);
      const plan = await explain(db, `EXECUTE page(${values})`);
      await db.query('DEALLOCATE page');
      const nodes = nodesOf(plan);
      expect(nodes.map((node) => node['Index Name'])).toContain(index);
      const scanned = nodes.filter((node) => node['Relation Name'] === 'verifications');
      expect(scanned.map((node) => node['Node Type'])).not.toContain('Seq Scan');
      expect(blocksOf(plan)).toBeLessThan(1.5 * sql.MAX_WALKED + 100);
    }
  });
});
