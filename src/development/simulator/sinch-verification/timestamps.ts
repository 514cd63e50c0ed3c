/** ISO 8601, UTC, with 7 fraction digits and no zone, as in status responses. */
export function sinchTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, -1)}0000`;
}
