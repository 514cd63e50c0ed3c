const TIME = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** A moment in words; in UTC, because a server does not know where the person is. */
export const moment = (at: string | number): string => `${TIME.format(new Date(at))} UTC`;

/** All but the end of a number, as a reminder of which phone to look at. */
export const masked = (number: string): string =>
  `${number.slice(0, 3)} ${'•'.repeat(Math.max(0, number.length - 5))} ${number.slice(-2)}`;
