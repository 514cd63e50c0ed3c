/** ISO 8601 UTC with milliseconds, left out when there are none. */
export function smsTimestamp(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

// A day, a minute, a second or finer; with a zone, or UTC.
const ISO_8601 =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Undefined when the text is no timestamp in ISO 8601. */
export function parseTimestamp(text: string): Date | undefined {
  const match = ISO_8601.exec(text);
  if (!match) return undefined;
  const date = new Date(text.includes('T') && match[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
