const { parsePhoneNumberFromString } = window.libphonenumber;

const E164 = /^\+[1-9][0-9]{6,14}$/;
const ONLY_DIGITS = /^\(\.\*\)(\d{3,})\(\.\*\)$/;

/**
 * The number of a caller as E.164, from "+44 7700 900123", "0044 …", or as the country of the called phone writes it.
 * Undefined when it is none.
 */
export const readCaller = (text, calledNumber) => {
  const country = parsePhoneNumberFromString(calledNumber)?.country;
  const written = text.trim().replace(/^00/, '+');
  const number = parsePhoneNumberFromString(written, country)?.number;
  return number && E164.test(number) ? number : undefined;
};

/** What of the caller's number the service has told, in words; '' where its filter is no plain run of digits. */
export const callerHint = (cliFilter) => {
  const digits = ONLY_DIGITS.exec(cliFilter ?? '')?.[1];
  return digits ? `It contains ${digits}.` : '';
};
