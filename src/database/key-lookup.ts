/**
 * A condition on a row that is found by its key, hidden from the planner. Where statistics say that few rows
 * are pending, it would look for the row among all of those instead.
 */
export const unindexed = (condition: string): string => `coalesce(${condition}, false)`;

/**
 * Finds the verification of a reference by the primary key: both begin with the same ten characters. `{` is
 * the first character after the alphabet of ids. A shorter reference, which is none of ours, finds nothing.
 */
export const idOfReference = (reference: string): string =>
  `length(${reference}) > 10 AND id >= left(${reference}, 10) AND id < left(${reference}, 10) || '{'`;
