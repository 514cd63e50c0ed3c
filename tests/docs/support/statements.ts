import { administer } from '../../support/database.js';

/**
 * Plans a statement on our schema, with null for each parameter, and rolls back. Only a change of a role is
 * executed: other statements may end sessions of this cluster.
 */
export async function planStatement(statement: string, databaseUrl: string): Promise<void> {
  const nulls = [...new Set(statement.match(/\$\d/g))].map(() => 'null').join(', ');
  const trial = statement.startsWith('ALTER ROLE')
    ? statement.replace('ROLE proofline', 'ROLE CURRENT_USER')
    : `PREPARE shown AS ${statement}; EXPLAIN EXECUTE shown${nulls === '' ? '' : `(${nulls})`}`;
  await administer(`BEGIN; ${trial}; ROLLBACK`, databaseUrl);
}
