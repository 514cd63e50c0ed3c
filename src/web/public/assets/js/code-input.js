import { readCaller } from './caller-number.js';
import { SEAMLESS_CODE } from './channels.js';

const MIN_DIGITS = 4;
const MAX_DIGITS = 10;

const isDigit = (character) => /^\p{Nd}$/u.test(character);

/** Phones set to Arabic or Hindi type digits of their own; each script has its ten in one row. */
const toAsciiDigit = (digit) => {
  const point = digit.codePointAt(0);
  let value = 0;
  while (value < 9 && isDigit(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
};

const digitsOf = (text) => [...text.normalize('NFKC')].filter(isDigit).map(toAsciiDigit).join('');

const readDigits = (text, { codeLength }) => {
  const code = digitsOf(text);
  if (code === '') return { fault: 'Type the code first.' };
  if (code.length < (codeLength ?? MIN_DIGITS)) {
    return { fault: `The code has ${codeLength ?? `at least ${MIN_DIGITS}`} digits.` };
  }
  return { code };
};

const readCallerNumber = (text, { phoneNumber }) => {
  if (text.trim() === '') return { fault: 'Type the number of the caller first.' };
  const code = readCaller(text, phoneNumber);
  return code ? { code } : { fault: 'Type the whole number, with + and the country code.' };
};

/**
 * One field for what proves the number: a code takes "123 456" or a whole message from the clipboard and keeps the
 * digits; a caller's number stays as it is typed; an opened address needs no field.
 */
export const createCodeInput = (field) => {
  let session = {};
  const isCaller = () => session.channel === 'flashcall';

  field.addEventListener('input', (event) => {
    if (event.isComposing || isCaller()) return;
    const digits = digitsOf(field.value).slice(0, session.codeLength ?? MAX_DIGITS);
    // Writing the value moves the caret to the end, so only when there is something to change.
    if (digits !== field.value) field.value = digits;
  });

  return {
    reset(next) {
      session = next;
      const { codeLength } = next;
      field.value = '';
      field.inputMode = isCaller() ? 'tel' : 'numeric';
      field.autocomplete = isCaller() ? 'off' : 'one-time-code';
      field.classList.toggle('is-caller', isCaller());
      field.classList.toggle('has-slots', Boolean(codeLength) && !isCaller());
      if (codeLength) field.style.setProperty('--length', String(codeLength));
    },
    /** `{ code }`, or `{ fault }` when there is nothing worth one of the few tries. */
    read() {
      if (session.channel === 'seamless') return { code: SEAMLESS_CODE };
      return (isCaller() ? readCallerNumber : readDigits)(field.value, session);
    },
  };
};
