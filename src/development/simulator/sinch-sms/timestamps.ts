/** ISO 8601, UTC; milliseconds only when they are not zero. */
export function smsTimestamp(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

// Accepts a date, or a time with minutes, seconds or fractions; without a zone it is UTC.
const ISO_8601 =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

export function parseTimestamp(text: string): Date | undefined {
  const match = ISO_8601.exec(text);
  if (!match) return undefined;
  const date = new Date(text.includes('T') && match[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
