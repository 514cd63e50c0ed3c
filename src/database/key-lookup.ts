/**
 * Hides a condition from the planner. Otherwise it may scan all pending rows when statistics say that there
 * are few, in place of the key.
 */
export const unindexed = (condition: string): string => `coalesce(${condition}, false)`;

/**
 * Finds the verification of a reference by the primary key: both begin with the same ten characters. `{` is
 * the first character after the alphabet of ids. A shorter reference, which is none of ours, finds nothing.
 */
export const idOfReference = (reference: string): string =>
  `length(${reference}) > 10 AND id >= left(${reference}, 10) AND id < left(${reference}, 10) || '{'`;
