import { createTestDatabase } from '../../support/database.js';
import { createSequelize } from '../../../src/database/connection.js';
test('clones', async () => {
  const t0 = performance.now();
  const db = await createTestDatabase();
  console.log('clone', performance.now() - t0);
  const s = createSequelize({ url: db.url });
  console.log(await s.query('select count(*) from users'));
  await s.close();
  await db.drop();
  console.log('all', performance.now() - t0);
});
