import {
  getCountryCallingCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js/min';
import { guessCountry, listCountries, type Country } from './countries.js';
import { make } from './dom.js';
import { currentForm } from './national-forms.js';
import type { Texts } from './texts/texts.js';
import {
  extractNumber,
  formatTyped,
  withPlus,
  type FormattedNumber,
  type TypingState,
} from './typed-number.js';
import type { Ui } from './ui.js';

const LENGTH_ERRORS = {
  TOO_SHORT: 'numberTooShort',
  TOO_LONG: 'numberTooLong',
  NOT_A_NUMBER: 'numberNone',
  INVALID_LENGTH: 'numberLength',
  INVALID_COUNTRY: 'numberNone',
} as const satisfies Record<string, keyof Texts>;

type NumberError =
  (typeof LENGTH_ERRORS)[keyof typeof LENGTH_ERRORS] | 'numberMissing' | 'callerIncomplete';

/** An error is the name of its text. */
export type NumberInputResult = { error: NumberError } | { phoneNumber: string; country?: string };

/** Country picker and number field. Formats while typing and follows "+49 …" to the country. */
export class PhoneInput {
  readonly field: HTMLInputElement;
  readonly select: HTMLSelectElement;
  private countries: Country[] = [];

  constructor(private readonly ui: Ui) {
    this.field = ui.find('number') as HTMLInputElement;
    this.select = ui.find('country') as HTMLSelectElement;
    this.list();
    this.country = guessCountry(navigator.languages, this.countries);
    ui.onLanguage(() => {
      const { country } = this;
      this.list();
      this.country = country;
    });
    this.select.addEventListener('change', () => this.onCountryChange());
    this.field.addEventListener('input', (event) => {
      // A changed value would make the input method insert its text again.
      if (event.isComposing) return;
      // Autofill sends a plain event.
      const kind = event instanceof InputEvent ? event.inputType : '';
      // Formatting would restore a deleted bracket or space.
      if (!kind.startsWith('delete')) this.format(kind === 'insertText' ? 'typing' : 'pasted');
    });
    this.field.addEventListener('compositionend', () => this.format('typing'));
    this.field.addEventListener('blur', () => this.format());
  }

  private list(): void {
    this.countries = listCountries(this.ui.language.tag);
    const options = this.countries.map(({ code, name, callingCode }) =>
      // The name comes first, so that typing "swi" selects Switzerland.
      make('option', { value: code }, `${name} (${callingCode})`),
    );
    this.select.replaceChildren(...options);
  }

  get country(): CountryCode {
    return this.select.value as CountryCode;
  }

  set country(code: string) {
    const country = this.countries.find((one) => one.code === code);
    if (!country) return;
    this.select.value = code;
    this.ui.find('country-name').textContent = country.name;
    this.ui.find('country-code').textContent = country.callingCode;
  }

  /** Accepts a number in any form and shows it in national format. */
  prefill(text: string): void {
    const number = parsePhoneNumberFromString(
      withPlus(extractNumber(text), this.country),
      this.country,
    );
    if (number?.country) this.country = number.country;
    this.field.value = number?.formatNational() ?? text;
  }

  /** Rejects only numbers of an impossible length; the service validates the rest. */
  read(): NumberInputResult {
    this.format();
    const { country } = this;
    const text = this.field.value;
    if (text === '') return { error: 'numberMissing' };
    const current = currentForm(text, country);
    if (current !== undefined) return { phoneNumber: current };
    const error = validatePhoneNumberLength(text, country);
    if (error) return { error: LENGTH_ERRORS[error] };
    // The prefix has no reading as "+", or two.
    if (text.startsWith('00')) return { error: 'callerIncomplete' };
    const number = parsePhoneNumberFromString(text, country);
    return number ? { phoneNumber: number.number } : { phoneNumber: text, country };
  }

  /** Many countries share "+1": keeps the selected country if it fits. */
  private follow({ callingCode, country }: FormattedNumber): void {
    if (country) this.country = country;
    else if (callingCode && callingCode !== getCountryCallingCode(this.country)) {
      const first = this.countries.find((one) => one.callingCode === `+${callingCode}`);
      if (first) this.country = first.code;
    }
  }

  private format(state: TypingState = 'complete'): void {
    const { value, selectionStart } = this.field;
    const formatted = formatTyped(value, selectionStart ?? value.length, this.country, state);
    this.follow(formatted);
    if (formatted.text === value) return;
    this.field.value = formatted.text;
    if (this.ui.root.activeElement !== this.field) return;
    this.field.setSelectionRange(formatted.caret, formatted.caret);
  }

  private onCountryChange(): void {
    this.country = this.select.value;
    if (this.field.value.startsWith('+')) {
      this.field.value = parsePhoneNumberFromString(this.field.value)?.nationalNumber ?? '';
    }
    this.format();
  }
}
