import { byId, make } from './dom.js';
import { guessCountry, listCountries } from './countries.js';

const { AsYouType, getCountryCallingCode, parsePhoneNumberFromString, validatePhoneNumberLength } =
  window.libphonenumber;

const LENGTH_FAULTS = {
  TOO_SHORT: 'This number is too short.',
  TOO_LONG: 'This number is too long.',
  NOT_A_NUMBER: 'Type a phone number, digits only.',
  INVALID_LENGTH: 'A number of that country has another length. Check the digits.',
};

const isSignificant = (character) => /[\d+]/.test(character);

const countSignificant = (text) => [...text].filter(isSignificant).length;

/** Where the caret goes so that as many digits stand before it as did in the text the person typed. */
const caretAfter = (text, digits) => {
  let seen = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (seen === digits) return index;
    if (isSignificant(text[index])) seen += 1;
  }
  return text.length;
};

const loadExamples = async () => {
  const response = await fetch('/assets/vendor/example-numbers.json');
  return response.ok ? response.json() : {};
};

/** The country picker and the number field: formats while typing, follows "+49 …" to the right country. */
export const createPhoneInput = () => {
  const select = byId('country');
  const field = byId('number');
  const countries = listCountries();
  const byCode = new Map(countries.map((country) => [country.code, country]));
  const examples = loadExamples().catch(() => ({}));

  const showCountry = () => {
    const country = byCode.get(select.value);
    byId('country-flag').textContent = country.flag;
    byId('country-name').textContent = country.name;
    byId('country-code').textContent = country.callingCode;
  };

  const chooseCountry = (code) => {
    select.value = code;
    showCountry();
  };

  /** "+1 …" fits two dozen countries: what the person picked stays as long as it is one of them. */
  const followTypedCountry = (typed) => {
    const found = typed.getCountry();
    const callingCode = typed.getCallingCode();
    if (!typed.isInternational() || !callingCode) return;
    if (found && byCode.has(found)) chooseCountry(found);
    else if (callingCode !== getCountryCallingCode(select.value)) {
      const first = countries.find((country) => country.callingCode === `+${callingCode}`);
      if (first) chooseCountry(first.code);
    }
  };

  const format = () => {
    const typed = new AsYouType(select.value);
    const text = typed.input(field.value);
    followTypedCountry(typed);
    if (text === field.value) return;
    const digits = countSignificant(field.value.slice(0, field.selectionStart ?? undefined));
    field.value = text;
    if (document.activeElement !== field) return;
    const caret = caretAfter(text, digits);
    field.setSelectionRange(caret, caret);
  };

  const onInput = (event) => {
    // Formatting would put back the bracket or blank that was just deleted.
    if (event.inputType?.startsWith('delete')) return;
    format();
  };

  const onCountryChange = () => {
    showCountry();
    if (field.value.trim().startsWith('+')) {
      field.value = parsePhoneNumberFromString(field.value)?.nationalNumber ?? '';
    }
    format();
  };

  const useSample = async () => {
    const sample = (await examples)[select.value];
    if (!sample) return false;
    field.value = parsePhoneNumberFromString(sample, select.value)?.formatNational() ?? sample;
    return true;
  };

  /** `{ phoneNumber, country? }` for the service, or `{ fault }`: only what is surely wrong is stopped here. */
  const read = () => {
    const text = field.value.trim();
    if (text === '') return { fault: 'Type your phone number first.' };
    const fault = LENGTH_FAULTS[validatePhoneNumberLength(text, select.value)];
    if (fault) return { fault };
    const number = parsePhoneNumberFromString(text, select.value);
    return number ? { phoneNumber: number.number } : { phoneNumber: text, country: select.value };
  };

  for (const { code, name, callingCode, flag } of countries) {
    // The name comes first, so that typing "swi" in the open list finds Switzerland.
    select.append(make('option', { value: code }, `${name} (${callingCode}) ${flag}`));
  }
  chooseCountry(guessCountry(navigator.languages ?? [navigator.language], countries));
  select.addEventListener('change', onCountryChange);
  field.addEventListener('input', onInput);
  field.addEventListener('blur', format);
  return { field, read, useSample };
};

/** "+14155552671" → "+1 415 555 2671", in blanks that do not break. */
export const displayNumber = (e164) =>
  (parsePhoneNumberFromString(e164)?.formatInternational() ?? e164).replaceAll(' ', '\u00a0');
