import { administer } from '../../support/database.js';

/**
 * Plans a statement on our schema, with null for each parameter; a change of a role is carried out and taken
 * back. Nothing else runs: a statement may end the session of somebody else.
 */
export async function tryOut(statement: string, databaseUrl: string): Promise<void> {
  const nulls = [...new Set(statement.match(/\$\d/g))].map(() => 'null').join(', ');
  const trial = statement.startsWith('ALTER ROLE')
    ? statement.replace('ROLE proofline', 'ROLE CURRENT_USER')
    : `PREPARE shown AS ${statement}; EXPLAIN EXECUTE shown${nulls === '' ? '' : `(${nulls})`}`;
  await administer(`BEGIN; ${trial}; ROLLBACK`, databaseUrl);
}
