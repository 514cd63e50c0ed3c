import { setTimeout as sleep } from 'node:timers/promises';
import type { Sequelize } from 'sequelize';

const PROBE_LIMIT_MS = 1000;

/** Whether the database responds to a trivial query within a second. Never rejects. */
export async function databaseAnswers(db: Sequelize): Promise<boolean> {
  const query = db.query('SELECT 1').then(
    () => true,
    () => false,
  );
  return Promise.race([query, sleep(PROBE_LIMIT_MS, false, { ref: false })]);
}
