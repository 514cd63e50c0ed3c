import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withDatabase } from '../../src/database/database-url.js';

/** A database of one test file, migrated and empty. */
export interface TestDatabase {
  url: string;
  /** Cuts the connections that are left and drops it. Harmless when done twice. */
  drop(): Promise<void>;
}

/** How the workers learn what the set-up of the run has made. */
export const SERVER_URL_VARIABLE = 'PROOFLINE_TEST_SERVER_URL';
export const TEMPLATE_VARIABLE = 'PROOFLINE_TEST_TEMPLATE';
export const HOME_VARIABLE = 'PROOFLINE_TEST_HOME';

const BEING_ACCESSED = '55006';
const TRIES = 50;

/** The server of this run, with the database that its user may always connect to. */
export function testServerUrl(): string {
  return fromSetup(SERVER_URL_VARIABLE);
}

/** The directory of this run: whatever is put there goes when the run ends, or with the next one. */
export function testHome(): string {
  return fromSetup(HOME_VARIABLE);
}

/** A copy of the migrated template, under a name that nobody else has. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = fromSetup(TEMPLATE_VARIABLE);
  return createDatabase(template.replace(/_template$/, ''), template);
}

/** A database with nothing in it, for the tests of migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase(fromSetup(TEMPLATE_VARIABLE).replace(/_template$/, ''), 'template0');
}

/** Runs one statement on the server of this run, outside the test databases. */
export async function administer(sql: string, url = testServerUrl()): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function createDatabase(run: string, template: string): Promise<TestDatabase> {
  const worker = process.env['JEST_WORKER_ID'] ?? '0';
  const name = `${run}_w${worker}_${randomBytes(4).toString('hex')}`;
  await cloneOf(template, name);
  return {
    url: withDatabase(testServerUrl(), name),
    drop: async () => {
      await administer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
  };
}

/** Postgres wants nobody to look at the template while it copies, not even its own autovacuum. */
async function cloneOf(template: string, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await administer(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== BEING_ACCESSED || tries === TRIES) throw error;
      await sleep(50 + Math.random() * 50);
    }
  }
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests with "npm test"`);
  return value;
}
