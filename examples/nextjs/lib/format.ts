const TIME = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** A formatTime in words; in UTC, because a server does not know where the person is. */
export const formatTime = (at: string | number): string => `${TIME.format(new Date(at))} UTC`;

/** Enough of a number to know which phone to look at. */
export const maskNumber = (number: string): string => `the number ending in ${number.slice(-2)}`;
