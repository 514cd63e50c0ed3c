/**
 * A condition on a row that is found by its key, hidden from the planner. Where statistics say that few rows
 * are pending, it would look for the row among all of those instead.
 */
export const unindexed = (condition: string): string => `coalesce(${condition}, false)`;

/**
 * Finds the verification that a reference belongs to by the primary key: both begin with the same ten
 * characters. `{` is the first character after the alphabet of ids.
 */
export const idOfReference = (reference: string): string =>
  `id >= left(${reference}, 10) AND id < left(${reference}, 10) || '{'`;
