import { codeOf, MIN_DIGITS } from './code-text.js';
import { digitsOf } from './digits.js';
import { interpolate } from './language.js';
import { parseCallerNumber } from './phone-number.js';
import type { OpenVerification } from './session.js';
import type { Ui } from './ui.js';

/** The `code` to send once the phone has opened its address. */
const SEAMLESS_CODE = 'seamless';

/** `error` returns the text in the current language. */
export type CodeInputResult = { code: string } | { error: () => string };

/**
 * The field for a code or a caller's number. A code keeps only the digits of the input, even of a
 * pasted message. `seamless` has no field.
 */
export class CodeInput {
  private verification: OpenVerification | undefined;

  constructor(
    private readonly ui: Ui,
    private readonly field: HTMLInputElement,
  ) {
    field.addEventListener('input', (event) => {
      // A changed value would make the input method insert its text again.
      if (!event.isComposing) this.keepDigits();
    });
    field.addEventListener('compositionend', () => this.keepDigits());
  }

  reset(verification: OpenVerification): void {
    this.verification = verification;
    const { field, isCaller } = this;
    field.value = '';
    field.inputMode = isCaller ? 'tel' : 'numeric';
    field.autocomplete = isCaller ? 'off' : 'one-time-code';
    field.classList.toggle('is-caller', isCaller);
    field.classList.toggle('has-slots', Boolean(verification.codeLength) && !isCaller);
    if (verification.codeLength)
      field.style.setProperty('--length', String(verification.codeLength));
  }

  /** `{ error }` when the input is not worth one of the few attempts. */
  read(): CodeInputResult {
    if (this.verification?.channel === 'seamless') return { code: SEAMLESS_CODE };
    return this.isCaller ? this.readCallerNumber() : this.readDigits();
  }

  private get isCaller(): boolean {
    return this.verification?.channel === 'flashcall';
  }

  private get code(): string {
    return codeOf(this.field.value, this.verification?.codeLength ?? undefined);
  }

  private keepDigits(): void {
    const { field, code } = this;
    if (this.isCaller || code === field.value) return;
    const caret = digitsOf(field.value.slice(0, field.selectionStart ?? undefined)).length;
    field.value = code;
    // Setting the value moves the caret to the end.
    if (this.ui.root.activeElement === field) field.setSelectionRange(caret, caret);
  }

  private readDigits(): CodeInputResult {
    const { code } = this;
    const codeLength = this.verification?.codeLength;
    const length = codeLength ?? MIN_DIGITS;
    if (code === '') return { error: () => this.ui.language.texts.codeMissing };
    if (code.length >= length) return { code };
    const name = codeLength ? 'codeTooShort' : 'codeAtLeast';
    return { error: () => interpolate(this.ui.language.texts[name], { length }) };
  }

  private readCallerNumber(): CodeInputResult {
    const isMissing = this.field.value.trim() === '';
    const code = parseCallerNumber(this.field.value, this.verification?.phoneNumber ?? '');
    if (!isMissing && code !== undefined) return { code };
    const name = isMissing ? 'callerMissing' : 'callerIncomplete';
    return { error: () => this.ui.language.texts[name] };
  }
}
