import { administer } from '../../support/database.js';

/** Carries a statement out on our schema, with null for each parameter, and takes it back. */
export async function tryOut(statement: string, databaseUrl: string): Promise<void> {
  const nulls = [...new Set(statement.match(/\$\d/g))].map(() => 'null').join(', ');
  const trial = statement.startsWith('ALTER ROLE')
    ? statement.replace('ROLE proofline', 'ROLE CURRENT_USER')
    : `PREPARE shown AS ${statement}; EXECUTE shown${nulls === '' ? '' : `(${nulls})`}`;
  await administer(`BEGIN; ${trial}; ROLLBACK`, databaseUrl);
}
