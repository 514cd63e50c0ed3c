const TIME = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** In UTC, because the server does not know the user's time zone. */
export const formatTime = (at: string | number): string => `${TIME.format(new Date(at))} UTC`;

export const maskNumber = (number: string): string => `the number ending in ${number.slice(-2)}`;

/** With non-breaking spaces. */
export const EXAMPLE_NUMBER = '+1\u00a0415\u00a0555\u00a02671';
