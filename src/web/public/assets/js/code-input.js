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

/** One field for the whole code: takes "123 456" or a whole message from the clipboard, keeps the digits. */
export const createCodeInput = (field) => {
  let length = null;

  field.addEventListener('input', (event) => {
    if (event.isComposing) return;
    const digits = digitsOf(field.value).slice(0, length ?? MAX_DIGITS);
    // Writing the value moves the caret to the end, so only when there is something to change.
    if (digits !== field.value) field.value = digits;
  });

  return {
    reset(codeLength) {
      length = codeLength ?? null;
      field.value = '';
      field.classList.toggle('has-slots', length !== null);
      if (length !== null) field.style.setProperty('--length', String(length));
    },
    /** `{ code }`, or `{ fault }` when there is nothing worth one of the few tries. */
    read() {
      const code = digitsOf(field.value);
      if (code === '') return { fault: 'Type the code from the message first.' };
      if (code.length < (length ?? MIN_DIGITS)) {
        return { fault: `The code has ${length ?? `at least ${MIN_DIGITS}`} digits.` };
      }
      return { code };
    },
  };
};
