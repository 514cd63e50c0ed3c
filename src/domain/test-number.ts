/** A number with a fixed code that gets no message, for app store reviews and automated tests. */
export interface TestNumber {
  /** E.164. */
  phoneNumber: string;
  code: string;
  /** When the number becomes a regular one; undefined means never. */
  until: Date | undefined;
}

const PATTERN = /^(\+[1-9][0-9]{6,14})=([0-9]{4,10})(?:@([0-9]{4}-[0-9]{2}-[0-9]{2}))?$/;
const DAY_MS = 86_400_000;

/**
 * Parses `+15005550006=123456@2027-01-31`; the date is the last day in UTC.
 * @returns undefined for invalid text
 */
export function parseTestNumber(text: string): TestNumber | undefined {
  const [, phoneNumber, code, lastDay] = PATTERN.exec(text) ?? [];
  if (phoneNumber === undefined || code === undefined) return undefined;
  if (lastDay === undefined) return { phoneNumber, code, until: undefined };
  const midnight = new Date(`${lastDay}T00:00:00Z`);
  // JavaScript rolls over dates such as 30 February.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(lastDay))
    return undefined;
  return { phoneNumber, code, until: new Date(midnight.getTime() + DAY_MS) };
}
