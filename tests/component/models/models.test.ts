import type { ModelStatic, Sequelize } from 'sequelize';
import { openSequelize } from '../../support/open-database.js';
import { defineModels, type Models } from '../../../src/models/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('the models', () => {
  let database: TestDatabase;
  let db: Sequelize;
  let models: Models;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openSequelize(database.url);
    models = defineModels(db);
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  test.each(['User', 'VerificationEvent', 'NumberRule'] as const)(
    '%s has exactly the columns of its migrated table',
    async (name) => {
      const model: ModelStatic<never> = models[name] as never;
      const columns = await db.getQueryInterface().describeTable(model.getTableName());
      const fields = Object.values(model.getAttributes()).map(
        (attribute) => (attribute as { field: string }).field,
      );
      expect(fields.sort()).toEqual(Object.keys(columns).sort());
    },
  );

  test('reads the timeline of a verification', async () => {
    await db.query(
      `INSERT INTO verifications (id, phone_number, phone_key, country, purpose, channel, provider, send_reference,
         max_attempts, expires_at, resend_at)
       VALUES ('v1', '+14155552671', 'k1', 'US', 'login', 'sms', 'sinch-verification', 's1', 5, now(), now());
       INSERT INTO verification_events (verification_id, type) VALUES ('v1', 'requested'), ('v1', 'sent')`,
    );
    const events = await models.VerificationEvent.findAll({ where: { verificationId: 'v1' } });
    expect(events.map((event) => event.type)).toEqual(['requested', 'sent']);
  });

  test('reject values that violate a check or a column type', async () => {
    await expect(models.User.create({ phoneNumber: '0701234567', country: 'SE' })).rejects.toThrow(
      /e164_check/,
    );
    await expect(
      db.query(`UPDATE verifications SET status = 'proved' WHERE id = 'v1'`),
    ).rejects.toThrow(/verification_status_check/);
    await expect(db.query(`UPDATE verifications SET attempts = 6 WHERE id = 'v1'`)).rejects.toThrow(
      /verifications_attempts_check/,
    );
  });

  test('stay bound to their connection when another is created', async () => {
    const other = openSequelize(database.url);
    try {
      const others = defineModels(other);
      expect(models.VerificationEvent.sequelize).toBe(db);
      expect(others.VerificationEvent.sequelize).toBe(other);
    } finally {
      await other.close();
    }
    expect(await models.VerificationEvent.count()).toBe(2);
  });
});
