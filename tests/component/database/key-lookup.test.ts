import pg from 'pg';
import { idOfReference } from '../../../src/database/key-lookup.js';
import { newReference, newVerificationId } from '../../../src/domain/verification-id.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('the verification of a reference', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const ids = Array.from({ length: 500 }, (_, i) => newVerificationId(1_700_000_000_000 + i));
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, provider, send_reference,
         max_attempts, expires_at, resend_at)
       SELECT id, '+14155552671', '+14155552671', 'US', 'login', 'sms', 'p', id, 5, now(), now()
       FROM unnest($1::text[]) AS id`,
      [ids],
    );
    await client.query('ANALYZE verifications; SET plan_cache_mode = force_generic_plan');
    await client.query(
      `PREPARE by_reference (text) AS SELECT id FROM verifications WHERE ${idOfReference('$1')}`,
    );
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const planOf = async (reference: string) => {
    const { rows } = await client.query<Record<string, string>>(
      `EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) EXECUTE by_reference('${reference}')`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  test('is found by the primary key', async () => {
    const id = ids[250] ?? '';
    const { rows } = await client.query(`EXECUTE by_reference('${newReference(id)}')`);
    expect(rows).toEqual([{ id }]);
    expect(await planOf(newReference(id))).toMatch(/verifications_pkey[^]*actual rows=1\b/);
  });

  test.each(['', '0', '06', '0123456789'])(
    'is not looked for with the reference "%s"',
    async (short) => {
      expect(await planOf(short)).toMatch(
        /^Result \(actual rows=0[^]*One-Time Filter[^]*never executed/,
      );
    },
  );
});
