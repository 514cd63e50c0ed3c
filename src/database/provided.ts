/**
 * A condition on a row that is found by its key, out of the planner's sight. Where it believes that few rows are pending,
 * it would else look for the row among all of those by their own index, and in a burst they are many.
 */
export const provided = (condition: string): string => `coalesce(${condition}, false)`;
