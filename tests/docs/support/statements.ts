import { administer } from '../../support/database.js';

/** A role that the statements may name. */
const ROLE = 'DO $$ BEGIN CREATE ROLE proofline; EXCEPTION WHEN duplicate_object THEN NULL; END $$';

/** Carries a statement out on our schema, with null for each parameter, and takes it back. */
export async function tryOut(statement: string, databaseUrl: string): Promise<void> {
  const nulls = [...new Set(statement.match(/\$\d/g))].map(() => 'null').join(', ');
  const trial = statement.startsWith('ALTER')
    ? `${ROLE}; ${statement}`
    : `PREPARE shown AS ${statement}; EXECUTE shown${nulls === '' ? '' : `(${nulls})`}`;
  await administer(`BEGIN; ${trial}; ROLLBACK`, databaseUrl);
}
