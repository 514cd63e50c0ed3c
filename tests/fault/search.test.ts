import pg from 'pg';
import { DatabaseClock } from '../../src/database/clock.js';
import { Statements } from '../../src/database/statements.js';
import {
  VerificationSearchService,
  type SearchFilters,
} from '../../src/services/verifications/search.service.js';
import { MAX_WALKED } from '../../src/services/verifications/search.sql.js';
import { createTestDatabase } from '../support/database.js';
import { openDatabase } from '../support/open-database.js';
import { blocksOf, explain, nodesOf, rowsOf } from '../support/query-plan.js';
import { FREQUENT_NUMBER, FREQUENT_REFERENCE, insertRows } from '../support/verification-rows.js';
import { percentile } from './support/client.js';
import { recordMeasurement } from './support/measurements.js';

/** `.ci/long` measures the time of searches among ten million verifications, with nothing beside it. */
const MEASURED_ROWS = process.env['FAULT_SEARCH_ROWS'];
const ROWS = Number(MEASURED_ROWS ?? 50_000);
const DAYS = 30;
const BATCH = 100_000;
const SEARCHES = 200;
const PLANS = 5;
/** With these a page may examine more rows than it returns; those of a number come from two indexes. */
const FILTERS = ['status', 'purpose', 'channel', 'reference', 'phoneNumber'] as const;
const MAX_P99_MS = 20;
const LIMIT = 100;
/** Of a page that nothing filters, where each row is in a block of its own: index and heap. */
const MAX_BLOCKS = 3 * LIMIT;
const DAY_MS = 86_400_000;

/** Without secondary indexes, which are faster to build afterwards. */
async function fill(db: pg.Client): Promise<void> {
  const { rows: indexes } = await db.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = 'verifications'::regclass AND NOT indisprimary`,
  );
  for (const { name } of indexes) await db.query(`DROP INDEX ${name}`);
  for (let first = 0; first < ROWS; first += BATCH) {
    const last = Math.min(first + BATCH, ROWS) - 1;
    await db.query(insertRows({ count: ROWS, days: DAYS }, first, last));
  }
  for (const { definition } of indexes) await db.query(definition);
  await db.query(
    `INSERT INTO applications (id, name) VALUES ('app_large', 'l'), ('app_small', 's')`,
  );
  await db.query('VACUUM ANALYZE verifications');
}

const any = (below: number) => Math.floor(Math.random() * below);
const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
/** All days until a random one. */
const window = () => ({ from: ago(DAYS + 1), to: ago(Math.random() * DAYS) });

const SEARCHES_BY: Readonly<Record<string, () => SearchFilters>> = {
  'application, last 24 h': () => ({ applicationId: 'app_large' }),
  'small application': () => ({ applicationId: 'app_small', ...window() }),
  'all applications': () => window(),
  status: () => ({ applicationId: 'app_large', status: 'failed', ...window() }),
  'status that no row has': () => ({
    applicationId: 'app_default',
    status: 'sending',
    ...window(),
  }),
  purpose: () => ({ applicationId: 'app_large', purpose: 'login', ...window() }),
  channel: () => ({ applicationId: 'app_large', channel: 'voice', ...window() }),
  number: () => ({ phoneNumber: `+4474${String(any(ROWS / 2)).padStart(8, '0')}` }),
  'frequent number': () => ({ phoneNumber: FREQUENT_NUMBER, ...window() }),
  reference: () => ({ applicationId: 'app_default', reference: `order-${2 * any(ROWS / 2)}` }),
  'reference of all': () => ({ reference: `order-${2 * any(ROWS / 2)}` }),
  'frequent reference': () => ({ reference: FREQUENT_REFERENCE, ...window() }),
};

/** Keeps the last statement of a search. */
class RecordedStatements extends Statements {
  last: [sql: string, bind: unknown[]] = ['', []];

  override all<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    this.last = [sql, bind];
    return super.all(sql, bind);
  }
}

interface Searched {
  db: pg.Client;
  statements: RecordedStatements;
  search: VerificationSearchService;
}

/** What is wrong with the plan of a search, whatever the machine. */
async function planFaults({ db, statements, search }: Searched, asked: SearchFilters) {
  await search.search(asked, { limit: LIMIT });
  const [sql, bind] = statements.last;
  const plan = await explain(db, sql, bind);
  const nodes = nodesOf(plan);
  const scans = nodes.filter((node) => node['Relation Name'] === 'verifications');
  const walked = scans.reduce((sum, node) => sum + rowsOf(node), 0);
  const isFiltered = FILTERS.some((name) => asked[name] !== undefined);
  const sorted = nodes.filter((node) => node['Node Type'] === 'Sort').map(rowsOf);
  return [
    ...scans.map((node) => node['Node Type']).filter((type) => type === 'Seq Scan'),
    ...(walked > (isFiltered ? MAX_WALKED : LIMIT + 1) ? [`walks ${walked} rows`] : []),
    ...scans.filter((node) => node['Rows Removed by Filter']).map(() => 'reads rows of others'),
    ...sorted.filter((rows) => rows > MAX_WALKED).map((rows) => `sorts ${rows} rows`),
    ...(!isFiltered && blocksOf(plan) > MAX_BLOCKS ? [`reads ${blocksOf(plan)} blocks`] : []),
  ];
}

async function p99Of(search: VerificationSearchService, filters: () => SearchFilters) {
  const times: number[] = [];
  for (let n = -20; n < SEARCHES; n += 1) {
    const asked = filters();
    const startedAt = performance.now();
    await search.search(asked, { limit: LIMIT });
    if (n >= 0) times.push(performance.now() - startedAt);
  }
  return percentile(times, 0.99);
}

test(`a page of ${ROWS} verifications walks its own rows, by every filter`, async () => {
  const database = await createTestDatabase();
  const db = new pg.Client({ connectionString: database.url });
  const connections = openDatabase(database.url, 3);
  try {
    await db.connect();
    await fill(db);
    const statements = new RecordedStatements(connections);
    const search = new VerificationSearchService(statements, new DatabaseClock(statements));
    const faults: string[] = [];
    for (const [name, filters] of Object.entries(SEARCHES_BY)) {
      for (let n = 0; n < PLANS; n += 1) {
        const found = await planFaults({ db, statements, search }, filters());
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }
      if (MEASURED_ROWS === undefined) continue;
      const p99 = await p99Of(search, filters);
      recordMeasurement(`search by ${name}, p99 ms`, p99);
      if (p99 > MAX_P99_MS) faults.push(`${name}: ${p99.toFixed(1)} ms, p99`);
    }
    expect(faults).toEqual([]);
  } finally {
    await connections.close();
    await db.end();
    await database.drop();
  }
}, 3_600_000);
