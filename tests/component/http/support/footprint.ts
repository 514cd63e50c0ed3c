import type { TestService } from '../../../support/service.js';

/** What requests can leave behind: calls that reached the provider and the content of every table. */
export interface Footprint {
  calls: number;
  tables: Record<string, unknown>;
}

export async function footprint(service: TestService): Promise<Footprint> {
  const tables: Record<string, unknown> = {};
  for (const table of await tablesOf(service)) {
    // A digest of the whole content also sees an attempt that was spent, not only a row that was added.
    const [row] = await service.rows(
      `SELECT count(*)::int AS rows, md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS digest
       FROM "${table}" AS t`,
    );
    tables[table] = row;
  }
  return { calls: service.sinch.calls.length, tables };
}

/** Every table there is, so that one that comes later is watched as well. */
export async function tablesOf(service: TestService): Promise<string[]> {
  const rows = await service.rows(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  return rows.map((row) => String(row['tablename']));
}
