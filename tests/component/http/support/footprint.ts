import type { TestService } from '../../../support/service.js';

/** Side effects of requests: provider calls and the content of all tables. */
export interface Footprint {
  calls: number;
  tables: Record<string, unknown>;
}

export async function footprint(service: TestService): Promise<Footprint> {
  const tables: Record<string, unknown> = {};
  for (const table of await tablesOf(service)) {
    // A digest of the content also detects updated rows, such as a used attempt.
    const [row] = await service.rows(
      `SELECT count(*)::int AS rows, md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS digest
       FROM "${table}" AS t`,
    );
    tables[table] = row;
  }
  return { calls: service.sinch.calls.length, tables };
}

/** All tables, including future ones. */
export async function tablesOf(service: TestService): Promise<string[]> {
  const rows = await service.rows(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  return rows.map((row) => String(row['tablename']));
}
