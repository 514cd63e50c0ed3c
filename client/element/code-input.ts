import { digitsOf } from './digits.js';
import { fill } from './language.js';
import { readCaller } from './phone-number.js';
import type { Held } from './session.js';
import type { Ui } from './ui.js';

const MIN_DIGITS = 4;
const MAX_DIGITS = 10;

/** What is given in place of a code once the phone has opened its address. */
const SEAMLESS_CODE = 'seamless';

export type CodeRead = { code: string } | { fault: string };

/**
 * One field for what proves the number: a code takes "123 456" or a whole message from the clipboard and keeps the
 * digits; a caller's number stays as it is typed; an opened address needs no field.
 */
export class CodeInput {
  private held: Held | undefined;

  constructor(
    private readonly ui: Ui,
    private readonly field: HTMLInputElement,
  ) {
    field.addEventListener('input', (event) => {
      if ((event instanceof InputEvent && event.isComposing) || this.isCaller) return;
      const digits = digitsOf(field.value).slice(0, this.held?.codeLength ?? MAX_DIGITS);
      // Writing the value moves the caret to the end, so only when there is something to change.
      if (digits !== field.value) field.value = digits;
    });
  }

  reset(held: Held): void {
    this.held = held;
    const { field, isCaller } = this;
    field.value = '';
    field.inputMode = isCaller ? 'tel' : 'numeric';
    field.autocomplete = isCaller ? 'off' : 'one-time-code';
    field.classList.toggle('is-caller', isCaller);
    field.classList.toggle('has-slots', Boolean(held.codeLength) && !isCaller);
    if (held.codeLength) field.style.setProperty('--length', String(held.codeLength));
  }

  /** `{ fault }` when there is nothing worth one of the few tries. */
  read(): CodeRead {
    if (this.held?.channel === 'seamless') return { code: SEAMLESS_CODE };
    return this.isCaller ? this.readCallerNumber() : this.readDigits();
  }

  private get isCaller(): boolean {
    return this.held?.channel === 'flashcall';
  }

  private readDigits(): CodeRead {
    const { texts } = this.ui.language;
    const code = digitsOf(this.field.value);
    const length = this.held?.codeLength ?? MIN_DIGITS;
    if (code === '') return { fault: texts.codeMissing };
    if (code.length >= length) return { code };
    return {
      fault: fill(this.held?.codeLength ? texts.codeTooShort : texts.codeAtLeast, { length }),
    };
  }

  private readCallerNumber(): CodeRead {
    const { texts } = this.ui.language;
    if (this.field.value.trim() === '') return { fault: texts.callerMissing };
    const code = readCaller(this.field.value, this.held?.phoneNumber ?? '');
    return code === undefined ? { fault: texts.callerIncomplete } : { code };
  }
}
