/** A form in which people still write a mobile number. Replacing it gives the current E.164 form. */
interface NationalForm {
  written: RegExp;
  current: string;
}

/** Older and domestic forms that libphonenumber refuses, or accepts as another number: docs/numbers.md. */
export const NATIONAL_FORMS: readonly NationalForm[] = [
  // Argentina: 9 marks a mobile from abroad, 15 at home. Without either, it looks like a landline.
  { written: /^\+54([1-3]\d{9})$/, current: '+549$1' },
  { written: /^\+549(0[1-3]\d{9}|0?[1-3]\d{11})$/, current: '+54$1' },
  // Mexico: 1, 01, 044 and 045 ended in August 2019.
  { written: /^\+52(?:1|01|044|045)(\d{10})$/, current: '+52$1' },
  // Chile: 09 ended in 2016.
  { written: /^\+560(9\d{8})$/, current: '+56$1' },
  // Benin: every number got 01 in November 2024.
  { written: /^\+229(\d{8})$/, current: '+22901$1' },
  // Gabon: 02, 05 and 06 became 62, 65 and 66, and 04 and 07 became 74 and 77, in 2019.
  { written: /^\+2410?([256]\d{6})$/, current: '+2416$1' },
  { written: /^\+2410?([47]\d{6})$/, current: '+2417$1' },
];

/** Forms by which an operator's rule may name a number of today: `+5411*` covers `+54911…`. */
const EARLIER_FORMS: readonly (readonly [current: RegExp, earlier: string])[] = [
  [/^\+549(\d{10})$/, '+54$1'],
  [/^\+52(\d{10})$/, '+521$1'],
  [/^\+22901(\d{8})$/, '+229$1'],
  [/^\+2416([256]\d{6})$/, '+2410$1'],
  [/^\+2417([47]\d{6})$/, '+2410$1'],
];

/** A canonical number and its earlier forms, as rules may name them. */
export function formsOf(e164: string): string[] {
  const earlier = EARLIER_FORMS.filter(([current]) => current.test(e164));
  return [e164, ...earlier.map(([current, form]) => e164.replace(current, form))];
}
