import type pg from 'pg';

/** A node of EXPLAIN (ANALYZE, BUFFERS, FORMAT json). */
export interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** Runs a statement, or `EXECUTE` of a prepared one, and returns the root of its plan. */
export async function explain(
  db: pg.Client,
  statement: string,
  values: unknown[] = [],
): Promise<PlanNode> {
  const { rows } = await db.query<Record<string, [{ Plan: PlanNode }]>>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) ${statement}`,
    values,
  );
  return rows[0]!['QUERY PLAN']![0].Plan;
}

export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

export const blocksOf = (node: PlanNode): number =>
  node['Shared Hit Blocks'] + node['Shared Read Blocks'];

export const rowsOf = (node: PlanNode): number => node['Actual Rows'] * node['Actual Loops'];
