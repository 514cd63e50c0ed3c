import { createSequelize } from '../../src/database/connection.js';
import { Database } from '../../src/database/database.js';

/** The connections of one process. */
export function openDatabase(url: string, poolMax = 10): Database {
  return new Database({ url, poolMax });
}

/** Sequelize on a test database, for queries of the test itself. */
export function openSequelize(url: string, max = 10) {
  return createSequelize({ url, max });
}
