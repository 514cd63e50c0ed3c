/** ISO 8601 UTC with 7 fraction digits and without a zone, as in status answers. */
export function sinchTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, -1)}0000`;
}
