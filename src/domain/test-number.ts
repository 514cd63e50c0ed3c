import { parsePossiblePhoneNumber } from './phone-number.js';

/** A number with a fixed code that gets no message, for app store reviews and automated tests. */
export interface TestNumber {
  /** The canonical E.164 form. */
  phoneNumber: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  code: string;
  /** When the number becomes a regular one; undefined means never. */
  until: Date | undefined;
}

const PATTERN = /^(\+[1-9][0-9]{6,14})=([0-9]{4,10})(?:@([0-9]{4}-[0-9]{2}-[0-9]{2}))?$/;
const DAY_MS = 86_400_000;

/**
 * Parses `+15005550006=123456@2027-01-31`; the date is the last day in UTC.
 * The number need not be assigned: regulators reserve such numbers for fiction.
 * @returns undefined for invalid text
 */
export function parseTestNumber(text: string): TestNumber | undefined {
  const [, written = '', code, lastDay] = PATTERN.exec(text) ?? [];
  const number = parsePossiblePhoneNumber(written);
  if (number === undefined || code === undefined) return undefined;
  const fixed = { phoneNumber: number.e164, country: number.country, code };
  if (lastDay === undefined) return { ...fixed, until: undefined };
  const midnight = new Date(`${lastDay}T00:00:00Z`);
  // JavaScript rolls over dates such as 30 February.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(lastDay))
    return undefined;
  return { ...fixed, until: new Date(midnight.getTime() + DAY_MS) };
}

/** The configured test numbers. */
export class TestNumbers {
  private readonly numbers: ReadonlyMap<string, TestNumber>;

  constructor(
    numbers: readonly TestNumber[],
    private readonly now: () => Date = () => new Date(),
  ) {
    this.numbers = new Map(numbers.map((number) => [number.phoneNumber, number]));
  }

  /** Undefined once `until` has passed. */
  find(phoneNumber: string): TestNumber | undefined {
    const number = this.numbers.get(phoneNumber);
    return number?.until !== undefined && number.until <= this.now() ? undefined : number;
  }
}
