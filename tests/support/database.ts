import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withDatabase } from '../../src/database/database-url.js';

export interface TestDatabase {
  url: string;
  /** Terminates open connections and drops the database. Idempotent. */
  drop(): Promise<void>;
}

export const SERVER_URL_VARIABLE = 'PROOFLINE_TEST_SERVER_URL';
export const TEMPLATE_VARIABLE = 'PROOFLINE_TEST_TEMPLATE';
export const HOME_VARIABLE = 'PROOFLINE_TEST_HOME';

const OBJECT_IN_USE = '55006';
const MAX_TRIES = 50;

export function testServerUrl(): string {
  return fromSetup(SERVER_URL_VARIABLE);
}

/** The temporary directory of this run. It is deleted when the run ends, or by the next run. */
export function testHome(): string {
  return fromSetup(HOME_VARIABLE);
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const template = fromSetup(TEMPLATE_VARIABLE);
  return createDatabase(template.replace(/_template$/, ''), template);
}

export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase(fromSetup(TEMPLATE_VARIABLE).replace(/_template$/, ''), 'template0');
}

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
  await cloneTemplate(template, name);
  return {
    url: withDatabase(testServerUrl(), name),
    drop: async () => {
      await administer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
  };
}

/** Retries: CREATE DATABASE fails while any session, even autovacuum, uses the template. */
async function cloneTemplate(template: string, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await administer(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== OBJECT_IN_USE || tries === MAX_TRIES) throw error;
      await sleep(50 + Math.random() * 50);
    }
  }
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests with "npm test"`);
  return value;
}
