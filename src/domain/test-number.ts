/** A number that gets a fixed code and no message, for app stores and automatic tests. */
export interface TestNumber {
  /** E.164. */
  phoneNumber: string;
  code: string;
  /** First moment at which it is an ordinary number again; undefined is never. */
  until: Date | undefined;
}

const WRITTEN = /^(\+[1-9][0-9]{6,14})=([0-9]{4,10})(?:@([0-9]{4}-[0-9]{2}-[0-9]{2}))?$/;
const DAY_MS = 86_400_000;

/** Reads `+15005550006=123456@2027-01-31`; the date is its last day, UTC. Undefined for anything else. */
export function parseTestNumber(text: string): TestNumber | undefined {
  const [, phoneNumber, code, lastDay] = WRITTEN.exec(text) ?? [];
  if (phoneNumber === undefined || code === undefined) return undefined;
  if (lastDay === undefined) return { phoneNumber, code, until: undefined };
  const midnight = new Date(`${lastDay}T00:00:00Z`);
  // Dates such as 30 February roll over in JavaScript.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(lastDay))
    return undefined;
  return { phoneNumber, code, until: new Date(midnight.getTime() + DAY_MS) };
}
