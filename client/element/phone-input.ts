import {
  AsYouType,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js/min';
import { guessCountry, listCountries } from './countries.js';
import { make } from './dom.js';
import type { Texts } from './texts/texts.js';
import type { Ui } from './ui.js';

const LENGTH_ERRORS = {
  TOO_SHORT: 'numberTooShort',
  TOO_LONG: 'numberTooLong',
  NOT_A_NUMBER: 'numberNone',
  INVALID_LENGTH: 'numberLength',
  INVALID_COUNTRY: 'numberNone',
} as const satisfies Record<string, keyof Texts>;

export type NumberInputResult = { error: string } | { phoneNumber: string; country?: string };

const isSignificant = (character: string): boolean => /[\d+]/.test(character);

const countSignificant = (text: string): number => Array.from(text).filter(isSignificant).length;

const caretAfter = (text: string, digits: number): number => {
  let seen = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (seen === digits) return index;
    if (isSignificant(text.charAt(index))) seen += 1;
  }
  return text.length;
};

/** Country picker and number field. Formats while typing and follows "+49 …" to the country. */
export class PhoneInput {
  readonly field: HTMLInputElement;
  readonly select: HTMLSelectElement;
  private readonly countries;

  constructor(private readonly ui: Ui) {
    this.field = ui.find('number') as HTMLInputElement;
    this.select = ui.find('country') as HTMLSelectElement;
    this.countries = listCountries(ui.language.tag);
    for (const { code, name, callingCode, flag } of this.countries) {
      // The name comes first, so that typing "swi" selects Switzerland.
      this.select.append(make('option', { value: code }, `${name} (${callingCode}) ${flag}`));
    }
    this.country = guessCountry(navigator.languages, this.countries);
    this.select.addEventListener('change', () => this.onCountryChange());
    this.field.addEventListener('input', (event) => {
      // Formatting would restore a deleted bracket or space.
      const isDeletion = event instanceof InputEvent && event.inputType.startsWith('delete');
      if (!isDeletion) this.format();
    });
    this.field.addEventListener('blur', () => this.format());
  }

  get country(): CountryCode {
    return this.select.value as CountryCode;
  }

  set country(code: string) {
    const country = this.countries.find((one) => one.code === code);
    if (!country) return;
    this.select.value = code;
    this.ui.find('country-flag').textContent = country.flag;
    this.ui.find('country-name').textContent = country.name;
    this.ui.find('country-code').textContent = country.callingCode;
  }

  /** Accepts a number in any form and shows it in national format. */
  prefill(text: string): void {
    const number = parsePhoneNumberFromString(text, this.country);
    if (number?.country) this.country = number.country;
    this.field.value = number?.formatNational() ?? text;
  }

  /** Rejects only numbers of an impossible length; the service validates the rest. */
  read(): NumberInputResult {
    const { texts } = this.ui.language;
    const text = this.field.value.trim();
    if (text === '') return { error: texts.numberMissing };
    const error = validatePhoneNumberLength(text, this.country);
    if (error) return { error: texts[LENGTH_ERRORS[error]] };
    const number = parsePhoneNumberFromString(text, this.country);
    return number ? { phoneNumber: number.number } : { phoneNumber: text, country: this.country };
  }

  /** Many countries share "+1": keeps the selected country if it fits. */
  private followTypedCountry(typed: AsYouType): void {
    const found = typed.getCountry();
    const callingCode = typed.getCallingCode();
    if (!typed.isInternational() || callingCode === undefined) return;
    if (found) this.country = found;
    else if (callingCode !== getCountryCallingCode(this.country)) {
      const first = this.countries.find((country) => country.callingCode === `+${callingCode}`);
      if (first) this.country = first.code;
    }
  }

  private format(): void {
    const typed = new AsYouType(this.country);
    const text = typed.input(this.field.value);
    this.followTypedCountry(typed);
    if (text === this.field.value) return;
    const before = this.field.value.slice(0, this.field.selectionStart ?? undefined);
    this.field.value = text;
    if (this.ui.root.activeElement !== this.field) return;
    const caret = caretAfter(text, countSignificant(before));
    this.field.setSelectionRange(caret, caret);
  }

  private onCountryChange(): void {
    this.country = this.select.value;
    if (this.field.value.trim().startsWith('+')) {
      this.field.value = parsePhoneNumberFromString(this.field.value)?.nationalNumber ?? '';
    }
    this.format();
  }
}
